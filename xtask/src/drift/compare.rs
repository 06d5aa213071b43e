//! Walks through the tables of a page and the schemas of the document side by
//! side.

use std::collections::BTreeSet;

use super::facts::{Facts, Kind, NOTHING};
use super::operation::{Operation, Parameter};
use super::page::{Page, Row, Section, Table};
use super::rows::{self, Reading};
use super::schema::Schema;
use super::tables::Tables;
use super::types;
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
    /// What a person needs to know besides.
    pub(super) note: Option<String>,
}

/// What a page and the document have in common, and what not.
#[derive(Default)]
pub(super) struct Comparison {
    pub(super) differences: Vec<Difference>,
    pub(super) fields: usize,
    pub(super) facts: usize,
    /// Fields of whose description a part is lost, so that it may say more.
    pub(super) partial: BTreeSet<String>,
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
    comparer.status();
    comparer.body(Section::Response);
    for table in comparer.tables.unclaimed() {
        let name = match table.title.caption.as_str() {
            "" => String::new(),
            caption => format!(" `{caption}`"),
        };
        let what = format!("a table{name} to which no field refers");
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
            note: None,
        });
    }

    /// Something that cannot be read stands for itself by its fingerprint, so that
    /// it can be declared without its text.
    fn unread(&mut self, line: usize, field: &str, what: &str) {
        self.out.differences.push(Difference {
            line,
            field: field.to_owned(),
            kind: Kind::Unread,
            page: fingerprint(what),
            document: NOTHING.to_owned(),
            note: Some(format!("cannot read {what}")),
        });
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
                let field = format!("{place}.{}", row.name);
                let required = parameter.as_ref().is_some_and(|it| it.is_required);
                let schema = parameter.map(|it| it.schema);
                self.field(row, &field, schema.as_ref(), required, false);
            }
        }
        for parameter in known {
            let field = format!("{}.{}", parameter.place, parameter.name);
            self.add(line, &field, Kind::Field, NOTHING, &parameter.schema.summary());
        }
    }

    fn status(&mut self) {
        let Some(operation) = self.operation else { return };
        let page = self.page;
        let (line, stated) = page.status.clone().unwrap_or((page.line, NOTHING.to_owned()));
        let known = operation.status().unwrap_or(NOTHING);
        self.out.facts += 1;
        if stated != known {
            self.add(line, "response", Kind::Status, &stated, known);
        }
    }

    fn body(&mut self, section: Section) {
        let is_response = section == Section::Response;
        let schema = self.operation.and_then(|operation| match is_response {
            true => operation.response(operation.status()?),
            false => operation.request(),
        });
        let prefix = if is_response { "response" } else { "request" };
        match (self.tables.take_first(section), schema) {
            (Some(table), schema) => {
                match &schema {
                    None if self.operation.is_none() => {}
                    None => self.add(table.line, prefix, Kind::Field, "object", NOTHING),
                    Some(schema) => {
                        let known = schema.type_name();
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
        for row in &table.rows {
            let mut field = format!("{prefix}.{}", row.name);
            if !seen.insert(row.name.as_str()) {
                self.unread(row.line, &field, "a field that is listed twice");
                continue;
            }
            let property = schema.as_ref().and_then(|schema| schema.property(&row.name));
            let required = schema.as_ref().is_some_and(|schema| schema.requires(&row.name));
            self.field(row, &field, property.as_ref(), required, is_response);
            let is_array =
                types::read(&row.kind.text()).is_ok_and(|it| it.name.starts_with("array"));
            let nested = self.nested(table, row, &field, property.as_ref());
            if let Some(nested) = nested.filter(|nested| !above.contains(&nested.line)) {
                field.push_str(if is_array { "[]" } else { "" });
                self.table(Walk {
                    table: nested,
                    schema: property.filter(Schema::has_fields),
                    prefix: field,
                    is_response,
                    above: above.clone(),
                });
            }
        }
        let missing = schema.iter().flat_map(Schema::properties);
        for (name, property) in missing.filter(|(name, _)| !seen.contains(name)) {
            let field = format!("{prefix}.{name}");
            self.add(table.line, &field, Kind::Field, NOTHING, &property.summary());
        }
    }

    /// The table that lists the fields of a field.
    fn nested(
        &mut self,
        table: &Table,
        row: &Row,
        field: &str,
        property: Option<&Schema<'a>>,
    ) -> Option<&'w Table> {
        let kind = types::read(&row.kind.text()).ok();
        let is_unknown = row.kind.lines.is_none() || kind.as_ref().is_some_and(|it| it.lost_items);
        let has_fields = is_unknown && property.is_some_and(Schema::has_fields);
        let object = kind.and_then(|kind| kind.object);
        if object.is_none() && !has_fields {
            return None;
        }
        let nested = self.tables.take_nested(table, object.as_ref());
        if nested.is_none() {
            let name = object.map_or(String::new(), |object| format!(" `{}`", object.text));
            let what = format!("its fields: the page has no table{name} for them");
            self.unread(row.kind.line, field, &what);
        }
        nested
    }

    /// Compares one field with its schema in the document.
    fn field(
        &mut self,
        row: &Row,
        field: &str,
        schema: Option<&Schema<'a>>,
        is_required: bool,
        is_response: bool,
    ) {
        self.out.fields += 1;
        let Reading { facts: mut page, unread, is_partial } = rows::read(row, self.page);
        for (line, what) in unread {
            self.unread(line, field, &what);
        }
        if is_partial {
            self.out.partial.insert(field.to_owned());
        }
        let Some(schema) = schema else {
            self.add(row.line, field, Kind::Field, &page.summary(), NOTHING);
            return;
        };
        let mut document = schema.facts();
        if document.first(Kind::Type) == Some("boolean") {
            page.remove_boolean_values();
        }
        document.set(Kind::Mandatory, if is_required { "yes" } else { "no" });
        for kind in Kind::OF_A_FIELD {
            let is_known = match kind {
                Kind::Type => page.first(kind).is_some_and(|it| it != rows::ARRAY_OF_LOST),
                Kind::Mandatory => page.first(kind).is_some(),
                // What a part of a description says can still be compared.
                _ => !is_partial || !page.of(kind).is_empty(),
            };
            if is_known {
                self.kind(row.line, field, kind, (&page, &document), is_response);
            }
        }
    }

    fn kind(
        &mut self,
        line: usize,
        field: &str,
        kind: Kind,
        (page, document): (&Facts, &Facts),
        is_response: bool,
    ) {
        let (stated, known) = (page.of(kind), document.of(kind));
        self.out.facts += stated.len().max(known.len());
        let is_left_out = is_response && kind.is_for_requests() && known.is_empty()
            || is_response && kind == Kind::Mandatory
            || is_response && kind.is_note_on_values() && stated.is_empty();
        if is_left_out {
            return;
        }
        let is_single = kind != Kind::Value && stated.len() <= 1 && known.len() <= 1;
        if (is_single || stated.is_empty() || known.is_empty()) && stated != known {
            let shown = |values: &[String]| match values {
                [] => NOTHING.to_owned(),
                values => values.join(" "),
            };
            self.add(line, field, kind, &shown(stated), &shown(known));
            return;
        }
        for value in stated.iter().filter(|value| !known.contains(value)) {
            self.add(line, field, kind, value, NOTHING);
        }
        for value in known.iter().filter(|value| !stated.contains(value)) {
            // A value that the page lacks is a difference of its own.
            let is_unlisted = kind.is_note_on_values()
                && !page.of(Kind::Value).contains(value)
                && document.of(Kind::Value).contains(value);
            if !is_unlisted {
                self.add(line, field, kind, NOTHING, value);
            }
        }
    }
}

/// A short name of a text, by the hash FNV-1a.
fn fingerprint(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("#{hash:08x}")
}
