//! Walks through the tables of a page and the schemas of the document side by side.

use std::collections::BTreeSet;

use super::descriptions;
use super::facts::{Facts, Kind, NOTHING, joined};
use super::operation::{Operation, Parameter};
use super::page::{Page, Row, Section, Table};
use super::schema::Schema;
use super::tables::Tables;
use super::types::{self, PageType};
use crate::document::Document;

/// The field of what belongs to none.
const PAGE: &str = "page";

/// Something that the page and the document say differently.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Difference {
    pub(super) line: usize,
    pub(super) field: String,
    pub(super) kind: Kind,
    pub(super) page: String,
    pub(super) document: String,
    /// The field of the component schema, such as `VpnConnection.route_mode`.
    pub(super) property: Option<String>,
    /// What a person needs to know, too.
    pub(super) note: Option<String>,
}

/// The differences, and how much was compared.
#[derive(Default)]
pub(super) struct Comparison {
    pub(super) differences: Vec<Difference>,
    pub(super) fields: usize,
    pub(super) facts: usize,
}

/// A table to walk through, and what it is compared with.
struct Walk<'w, 'a> {
    table: &'w Table,
    /// `None`: the document has nothing to compare with.
    schema: Option<Schema<'a>>,
    prefix: String,
    is_response: bool,
    /// Lines of the tables on the way to this one.
    above: Vec<usize>,
}

/// A field, and what the document has in its place.
struct Place<'a> {
    field: String,
    schema: Option<Schema<'a>>,
    property: Option<String>,
    is_required: bool,
    is_response: bool,
}

pub(super) fn compare(page: &Page, document: &Document) -> Comparison {
    let operation = Operation::find(document, &page.method, &page.path);
    let mut comparer = Comparer {
        page,
        tables: Tables::new(page),
        operation: operation.as_ref(),
        out: Comparison::default(),
    };
    if operation.is_none() {
        comparer.add(page.line, PAGE, Kind::Operation, "described", NOTHING);
    }
    comparer.parameters();
    comparer.body(Section::Request);
    comparer.statuses();
    comparer.body(Section::Response);
    for table in comparer.tables.unclaimed() {
        let what = format!("the table `{}`: no field refers to it", table.title.caption);
        comparer.unread(table.line, PAGE, &what);
    }
    for (line, what) in &page.unread {
        comparer.unread(*line, PAGE, what);
    }
    let mut comparison = comparer.out;
    let order = |it: &Difference| (it.kind == Kind::Unread, it.clone());
    comparison.differences.sort_by_key(order);
    // A table to which several fields refer is read for each of them.
    comparison.differences.dedup();
    comparison
}

struct Comparer<'w, 'a> {
    page: &'w Page,
    tables: Tables<'w>,
    operation: Option<&'w Operation<'a>>,
    out: Comparison,
}

impl<'w, 'a> Comparer<'w, 'a> {
    fn add(&mut self, line: usize, field: &str, kind: Kind, page: &str, document: &str) {
        self.out.differences.push(Difference {
            line,
            field: field.to_owned(),
            kind,
            page: page.to_owned(),
            document: document.to_owned(),
            property: None,
            note: None,
        });
    }

    /// Adds what cannot be read, by its fingerprint: a declaration need not repeat the text.
    fn unread(&mut self, line: usize, field: &str, what: &str) {
        self.add(line, field, Kind::Unread, &fingerprint(what), NOTHING);
        let added = self.out.differences.last_mut();
        added.into_iter().for_each(|it| it.note = Some(format!("cannot read {what}")));
    }

    fn parameters(&mut self) {
        let page = self.page;
        let mut known: Vec<Parameter<'a>> =
            self.operation.map(Operation::parameters).unwrap_or_default();
        let mut line = page.line;
        for table in self.tables.take_all(Section::Uri) {
            line = table.line;
            for row in &table.rows {
                let is_path = page.path.contains(&format!("{{{}}}", row.name));
                let place = if is_path { "path" } else { "query" };
                let at = known.iter().position(|it| it.name == row.name && it.place == place);
                let parameter = at.map(|at| known.remove(at));
                let place = Place {
                    field: format!("{place}.{}", row.name),
                    is_required: parameter.as_ref().is_some_and(|it| it.is_required),
                    schema: parameter.map(|it| it.schema),
                    property: None,
                    is_response: false,
                };
                self.field(row, &place);
            }
        }
        for parameter in known {
            let field = format!("{}.{}", parameter.place, parameter.name);
            self.add(line, &field, Kind::Field, NOTHING, &parameter.schema.summary());
        }
    }

    fn statuses(&mut self) {
        let Some(operation) = self.operation else { return };
        let line = self.page.statuses.first().map_or(self.page.line, |(line, _)| *line);
        let stated: Vec<_> = self.page.statuses.iter().map(|(_, it)| it.as_str()).collect();
        let known = operation.statuses();
        self.out.facts += stated.len().max(known.len());
        if stated != known {
            let shown = |statuses: &[&str]| match statuses {
                [] => NOTHING.to_owned(),
                statuses => statuses.join(" "),
            };
            self.add(line, "response", Kind::Status, &shown(&stated), &shown(&known));
        }
    }

    fn body(&mut self, section: Section) {
        let is_response = section == Section::Response;
        let schema = self.operation.and_then(|operation| match is_response {
            true => operation.response(),
            false => operation.request(),
        });
        let prefix = if is_response { "response" } else { "request" };
        match (self.tables.take_first(section), schema) {
            (Some(table), schema) => {
                match schema.as_ref().map(Schema::type_name) {
                    None if self.operation.is_none() => {}
                    None => self.add(table.line, prefix, Kind::Field, "object", NOTHING),
                    Some(known) => {
                        self.out.facts += 1;
                        if known != "object" {
                            self.add(table.line, prefix, Kind::Type, "object", &known);
                        }
                    }
                }
                let prefix = prefix.to_owned();
                self.table(Walk { table, schema, prefix, is_response, above: Vec::new() });
            }
            (None, Some(schema)) => {
                self.add(self.page.line, prefix, Kind::Field, NOTHING, &schema.summary());
            }
            (None, None) => {}
        }
    }

    fn table(&mut self, walk: Walk<'w, 'a>) {
        let Walk { table, schema, prefix, is_response, mut above } = walk;
        above.push(table.line);
        let mut seen = BTreeSet::new();
        let component = schema.as_ref().and_then(Schema::component);
        let property = |name: &str| component.map(|component| format!("{component}.{name}"));
        for row in &table.rows {
            let mut place = Place {
                field: format!("{prefix}.{}", row.name),
                schema: schema.as_ref().and_then(|schema| schema.property(&row.name)),
                property: property(&row.name),
                is_required: schema.as_ref().is_some_and(|schema| schema.requires(&row.name)),
                is_response,
            };
            if !seen.insert(row.name.as_str()) {
                self.unread(row.line, &place.field, "a field that is listed twice");
                continue;
            }
            let Some(kind) = self.field(row, &place) else { continue };
            let nested = self.nested(table, row, &place.field, &kind);
            if let Some(nested) = nested.filter(|nested| !above.contains(&nested.line)) {
                place.field.push_str(if kind.name.starts_with("array") { "[]" } else { "" });
                self.table(Walk {
                    table: nested,
                    schema: place.schema.filter(Schema::has_fields),
                    prefix: place.field,
                    is_response,
                    above: above.clone(),
                });
            }
        }
        let missing = schema.iter().flat_map(Schema::properties);
        for (name, schema) in missing.filter(|(name, _)| !seen.contains(name)) {
            let field = format!("{prefix}.{name}");
            self.add(table.line, &field, Kind::Field, NOTHING, &schema.summary());
            self.own(property(name));
        }
    }

    /// Notes the property that the last difference is about.
    fn own(&mut self, property: Option<String>) {
        self.out.differences.last_mut().into_iter().for_each(|it| it.property = property.clone());
    }

    /// The table that lists the fields of a field.
    fn nested(
        &mut self,
        table: &Table,
        row: &Row,
        field: &str,
        kind: &PageType,
    ) -> Option<&'w Table> {
        let object = kind.object.as_ref()?;
        let nested = self.tables.take_nested(table, object);
        if nested.is_none() {
            let what = format!("its fields: the page has no table `{}` for them", object.text);
            self.unread(row.kind.line, field, &what);
        }
        nested
    }

    /// Compares one field with its schema in the document. Returns its type on the page.
    fn field(&mut self, row: &Row, place: &Place<'a>) -> Option<PageType> {
        let (mut page, kind) = self.read(row, &place.field);
        let Some(schema) = &place.schema else {
            self.add(row.line, &place.field, Kind::Field, &page.summary(), NOTHING);
            self.own(place.property.clone());
            return kind;
        };
        self.out.fields += 1;
        let mut document = schema.facts();
        if document.first(Kind::Type) == Some("boolean") {
            page.remove_boolean_values();
        }
        document.set(Kind::Mandatory, if place.is_required { "yes" } else { "no" });
        for kind in Kind::OF_A_FIELD {
            // A cell that cannot be read is a finding itself.
            let is_stated = !matches!(kind, Kind::Type | Kind::Mandatory) || page.has(kind);
            if is_stated {
                self.kind(row.line, place, kind, (&page, &document));
            }
        }
        kind
    }

    /// What a row says of its field.
    fn read(&mut self, row: &Row, field: &str) -> (Facts, Option<PageType>) {
        let kind = types::read(&row.kind.text());
        let is_array = kind.as_ref().is_ok_and(|kind| kind.name.starts_with("array"));
        let mut facts = Facts::default();
        if let Some(cell) = &row.description {
            let description = descriptions::read(cell.line, &cell.lines, is_array);
            facts = description.facts;
            for (line, text) in description.unread {
                self.unread(line, field, &format!("\"{text}\""));
            }
        }
        match &kind {
            Ok(kind) => facts.set(Kind::Type, kind.name.as_str()),
            Err(text) => self.unread(row.kind.line, field, &format!("the type `{text}`")),
        }
        if facts.first(Kind::Type) == Some("boolean") {
            facts.remove_boolean_values();
        }
        if let Some(cell) = &row.mandatory {
            match cell.text().to_lowercase().as_str() {
                word @ ("yes" | "no") => facts.set(Kind::Mandatory, word),
                other => {
                    let what = format!("whether it is mandatory: `{other}`");
                    self.unread(cell.line, field, &what);
                }
            }
        }
        (facts, kind.ok())
    }

    fn kind(
        &mut self,
        line: usize,
        place: &Place<'a>,
        kind: Kind,
        (page, document): (&Facts, &Facts),
    ) {
        let (stated, known) = (page.of(kind), document.of(kind));
        let is_left_out = place.is_response
            && (kind.is_for_requests() && known.is_empty()
                || kind == Kind::Mandatory
                || kind.is_note_on_values() && stated.is_empty());
        if is_left_out {
            return;
        }
        self.out.facts += stated.len().max(known.len());
        let mut differ = |page: &str, document: &str| {
            self.add(line, &place.field, kind, page, document);
            self.own(place.property.clone());
        };
        let is_single = kind != Kind::Value && stated.len() <= 1 && known.len() <= 1;
        if is_single || stated.is_empty() || known.is_empty() {
            let shown = |values: &[String]| match values {
                [] => NOTHING.to_owned(),
                values => joined(values),
            };
            if !(stated.len() == known.len() && holds_all(kind, stated, known)) {
                differ(&shown(stated), &shown(known));
            }
            return;
        }
        for value in stated.iter().filter(|value| !holds(kind, known, value)) {
            differ(value, NOTHING);
        }
        for value in known.iter().filter(|value| !holds(kind, stated, value)) {
            // That the page lacks the value is another difference.
            let is_unlisted = kind.is_note_on_values()
                && !page.of(Kind::Value).contains(value)
                && document.of(Kind::Value).contains(value);
            if !is_unlisted {
                differ(NOTHING, value);
            }
        }
    }
}

/// Whether a value is among others. Notes on values name `sha1` as `SHA1`.
fn holds(kind: Kind, values: &[String], value: &str) -> bool {
    values.iter().any(|it| match kind.is_note_on_values() {
        true => it.eq_ignore_ascii_case(value),
        false => it == value,
    })
}

fn holds_all(kind: Kind, values: &[String], others: &[String]) -> bool {
    others.iter().all(|value| holds(kind, values, value))
}

/// A short name of a text, by the hash FNV-1a.
fn fingerprint(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("#{hash:08x}")
}
