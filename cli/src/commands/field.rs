//! What the document says about a field: of the JSON Schema, so that nothing is said twice.

use std::collections::BTreeMap;

use otc_vpn::Rules;
use otc_vpn::types::VpnConnectionRequest;
use serde_json::{Map, Value, json};

use crate::commands::schema::schema;
use crate::failure::Failure;
use crate::output::{Column, Format, Output};

/// A field that files may have.
struct Field {
    path: Vec<String>,
    schema: Value,
    is_required: bool,
}

const COLUMNS: [Column; 4] = [
    Column { name: "field", pointer: "/field", wide: false },
    Column { name: "default", pointer: "/default", wide: false },
    Column { name: "allowed", pointer: "/allowed", wide: true },
    Column { name: "description", pointer: "/summary", wide: false },
];

/// Lists all fields.
pub(super) fn list(output: &Output) -> Result<(), Failure> {
    let root = schema();
    let mut all = Vec::new();
    collect(&root, fields(&root, &[], &top(&root)), &mut all);
    let rows: Vec<_> = all.iter().map(Field::row).collect();
    output.list(&COLUMNS, &rows)
}

fn collect(root: &Value, fields: Vec<Field>, all: &mut Vec<Field>) {
    for field in fields {
        // What a tunnel has for itself is what both share.
        let is_tunnel = matches!(field.name(), "first" | "second");
        let inner = if is_tunnel { Vec::new() } else { field.fields(root) };
        all.push(field);
        collect(root, inner, all);
    }
}

/// Explains one field.
pub(super) fn explain(name: &str, output: &Output) -> Result<(), Failure> {
    let root = schema();
    let field = find(&root, name)?;
    let inner = field.fields(&root);
    if !matches!(output.output, Format::Table | Format::Wide) {
        let values = field.values().into_iter();
        let values = values.map(|(value, meaning)| json!({ "value": value, "meaning": meaning }));
        let mut row = field.row();
        row.insert("values", values.collect());
        row.insert("fields", inner.iter().map(Field::path).collect());
        return output.record(&row);
    }
    output.text(&format!("{}\n", field.path()))?;
    let mut rows = vec![["", field.text("description")].map(str::to_owned)];
    rows.push(["allowed".to_owned(), field.allowed()]);
    rows.push(["default".to_owned(), field.default()]);
    if field.is_required {
        rows.push(["".to_owned(), "must be set".to_owned()]);
    }
    if field.schema.get("deprecated") == Some(&true.into()) {
        rows.push(["".to_owned(), "deprecated".to_owned()]);
    }
    for (index, (value, meaning)) in field.values().into_iter().enumerate() {
        let title = if index == 0 { "values" } else { "" };
        rows.push([title.to_owned(), format!("{value}: {meaning}")]);
    }
    for (index, inner) in inner.iter().enumerate() {
        let title = if index == 0 { "fields" } else { "" };
        rows.push([title.to_owned(), format!("{}: {}", inner.name(), inner.summary())]);
    }
    rows.retain(|[_, text]| !text.is_empty());
    output.table(rows.into_iter().map(|[title, text]| vec![format!("  {title}"), text]))
}

/// The field of this name: `ikepolicy.dpd.timeout`, or a JSON pointer. The place in a list
/// does not matter.
fn find(root: &Value, name: &str) -> Result<Field, Failure> {
    let steps = name.split(['.', '/']).filter(|step| !step.is_empty() && *step != "*");
    let mut known = fields(root, &[], &top(root));
    let mut found: Option<Field> = None;
    for step in steps.filter(|step| step.parse::<usize>().is_err()) {
        let nearest = || {
            let names = known.iter().map(|field| (strsim::jaro_winkler(field.name(), step), field));
            let nearest = names.max_by(|(one, _), (other, _)| one.total_cmp(other));
            match nearest {
                Some((likeness, nearest)) if likeness >= 0.7 => {
                    format!("; did you mean `{}`?", nearest.path())
                }
                _ => "; `otc-vpn explain` lists all".to_owned(),
            }
        };
        let Some(index) = known.iter().position(|field| field.name() == step) else {
            return Err(Failure::Usage(format!("there is no field `{name}`{}", nearest())));
        };
        let field = known.swap_remove(index);
        known = field.fields(root);
        found = Some(field);
    }
    found
        .ok_or_else(|| Failure::Usage("a field has a name; `otc-vpn explain` lists all".to_owned()))
}

/// The fields of a file: of a pair, and those that only a connection has.
fn top(root: &Value) -> Value {
    let properties = |name: &str| root.pointer(&format!("/definitions/{name}/properties"));
    let both = ["Connection", "Pair"].into_iter().filter_map(properties);
    let both = both.filter_map(Value::as_object).flatten();
    let all: Map<String, Value> = both.map(|(name, it)| (name.clone(), it.clone())).collect();
    json!({ "properties": all, "required": root.pointer("/definitions/Pair/required") })
}

/// The members of an object, or of the items of a list.
fn fields(root: &Value, path: &[String], schema: &Value) -> Vec<Field> {
    let items = schema.get("items").map(|items| resolved(root, items));
    let object = items.as_ref().unwrap_or(schema);
    let required = object.get("required").and_then(Value::as_array);
    let members = object.get("properties").and_then(Value::as_object).into_iter().flatten();
    let field = |(name, schema): (&String, &Value)| Field {
        path: path.iter().chain([name]).cloned().collect(),
        schema: resolved(root, schema),
        is_required: required.is_some_and(|names| names.iter().any(|it| it == name)),
    };
    members.map(field).collect()
}

/// A schema with what it refers to; what it says itself comes first.
fn resolved(root: &Value, schema: &Value) -> Value {
    let mut all = schema.as_object().cloned().unwrap_or_default();
    let parts = all.remove("allOf").into_iter().chain(all.remove("anyOf"));
    let first = parts.filter_map(|parts| parts.get(0).cloned());
    let target = all.remove("$ref");
    let target = target.as_ref().and_then(Value::as_str).and_then(|it| it.strip_prefix('#'));
    let target = target.and_then(|pointer| root.pointer(pointer)).cloned();
    for part in first.chain(target) {
        if let Value::Object(part) = resolved(root, &part) {
            part.into_iter().for_each(|(keyword, value)| {
                all.entry(keyword).or_insert(value);
            });
        }
    }
    Value::Object(all)
}

impl Field {
    fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    fn path(&self) -> String {
        self.path.join(".")
    }

    fn fields(&self, root: &Value) -> Vec<Self> {
        fields(root, &self.path, &self.schema)
    }

    fn text(&self, keyword: &str) -> &str {
        self.schema.get(keyword).and_then(Value::as_str).unwrap_or_default()
    }

    /// The first sentence about it.
    fn summary(&self) -> &str {
        let text = self.text("description");
        text.split_once(". ").map_or(text, |(first, _)| first).trim_end_matches('.')
    }

    fn default(&self) -> String {
        match self.schema.get("default") {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
        }
    }

    /// What is allowed, apart from a list of values.
    fn allowed(&self) -> String {
        let figure = |keyword: &str| self.schema.get(keyword).map(Value::to_string);
        let range = |unit: &str, least: &str, most: &str| match (figure(least), figure(most)) {
            (Some(least), Some(most)) if least == most => format!("{least}{unit}"),
            (Some(least), Some(most)) => format!("{least} to {most}{unit}"),
            (Some(least), None) => format!("at least {least}{unit}"),
            (None, Some(most)) => format!("at most {most}{unit}"),
            (None, None) => String::new(),
        };
        let kind = match self.schema.get("type") {
            Some(Value::Array(kinds)) => kinds.first().and_then(Value::as_str),
            kind => kind.and_then(Value::as_str),
        };
        let kind = match kind.unwrap_or_default() {
            "string" => "text",
            "array" => "list",
            kind => kind,
        };
        let ranges = [
            range("", "minimum", "maximum"),
            range(" characters", "minLength", "maxLength"),
            range(" items", "minItems", "maxItems"),
        ];
        let parts = std::iter::once(kind.to_owned()).chain(ranges).filter(|it| !it.is_empty());
        parts.collect::<Vec<_>>().join(", ")
    }

    /// The values that are listed, with what they mean.
    fn values(&self) -> Vec<(String, String)> {
        let values = self.schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
        let text = |value: &Value, keyword: &str| {
            value.get(keyword).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let with_notes = |value: &Value| {
            let (value, mut meaning) = (text(value, "const"), text(value, "description"));
            for note in self.notes(&value) {
                let note = note.trim_start_matches(&format!("{value:?} "));
                meaning = format!("{meaning} ({note})");
            }
            (value, meaning)
        };
        values.map(with_notes).collect()
    }

    /// What validation says about this value: whether it is weak, for instance.
    fn notes(&self, value: &str) -> Vec<String> {
        let mut request: Value = json!({ "vgw_id": "", "vgw_ip": "", "cgw_id": "" });
        let path = self.path.iter().skip_while(|step| matches!(step.as_str(), "first" | "second"));
        let mut place = &mut request;
        for step in path.clone() {
            let Some(members) = place.as_object_mut() else { return Vec::new() };
            place = members.entry(step).or_insert_with(|| Value::Object(Map::new()));
        }
        *place = value.into();
        let pointer: String = path.map(|step| format!("/{step}")).collect();
        let Ok(request) = serde_json::from_value::<VpnConnectionRequest>(request) else {
            return Vec::new();
        };
        let violations = request.validate(&Rules::default());
        let of_value = violations.iter().filter(|it| {
            it.pointer() == pointer && ["weak-value", "unsupported-value"].contains(&it.rule())
        });
        of_value.map(|it| it.message().to_owned()).collect()
    }

    fn row(&self) -> BTreeMap<&'static str, Value> {
        BTreeMap::from([
            ("field", json!(self.path())),
            ("summary", json!(self.summary())),
            ("description", json!(self.text("description"))),
            ("allowed", json!(self.allowed())),
            ("default", self.schema.get("default").cloned().unwrap_or_default()),
            ("required", json!(self.is_required)),
        ])
    }
}
