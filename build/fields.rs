//! What requests are made of: the fields of their schemas and the parameters of
//! operations, and of what kind each of them is. Limits, defaults and checks are derived
//! from this.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::document::{Document, Fault, Faults, schema_pointer};
use super::enumerations::Enumeration;
use super::operations::Operation;
use super::part::Part;

/// Schemas that `src/` has types of its own for.
pub(super) const OWN_TYPES: [(&str, &str); 6] = [
    ("Psk", "crate::secret::Psk"),
    ("ProjectId", "crate::ids::ProjectId"),
    ("ConnectionId", "crate::ids::ConnectionId"),
    ("GatewayId", "crate::ids::GatewayId"),
    ("CustomerGatewayId", "crate::ids::CustomerGatewayId"),
    ("MonitorId", "crate::ids::MonitorId"),
];

/// The request that a dual connection sends two of, and the field that it decides itself.
pub(super) const PAIRED: &str = "VpnConnectionRequest";
pub(super) const DECIDED: &str = "ha_role";

/// The keywords that limit a text, a number, and a list.
pub(super) const TEXT: [&str; 4] = ["minLength", "maxLength", "pattern", "x-character-set"];
pub(super) const NUMBER: [&str; 2] = ["minimum", "maximum"];
pub(super) const LIST: [&str; 2] = ["minItems", "maxItems"];
pub(super) const LIMITS: [&[&str]; 3] = [&TEXT, &NUMBER, &LIST];

/// What limits a tunnel address: its network, what is left out of it, and its prefix.
pub(super) const TUNNEL: [&str; 3] = ["x-address-block", "x-excluded-block", "x-prefix-length"];
/// What a list of networks should not touch.
pub(super) const RESERVED: &str = "x-reserved-ranges";
/// What a text that is a type of `src/` must mix.
pub(super) const CLASSES: &str = "x-character-classes";

/// The format of a network in CIDR notation.
const NETWORK: &str = "ipv4-cidr";
/// The formats of numbers; limits are those of the first one.
const NUMBERS: [&str; 4] = ["uint32", "int32", "int64", "uint64"];

/// A field of a request or a parameter of an operation.
pub(crate) struct Field<'a> {
    pub(super) owner: Owner<'a>,
    pub(super) name: &'a str,
    pub(super) part: Part<'a>,
    pub(super) is_required: bool,
    pub(super) kind: Kind<'a>,
}

/// What a field belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner<'a> {
    /// Nothing: the schema is a plain text.
    None,
    /// The request schema with this name.
    Schema(&'a str),
    /// The parameters of the operation with this id.
    Operation(&'a str),
}

pub(super) enum Kind<'a> {
    Boolean,
    Number,
    Text,
    Network,
    Enumeration(&'a Enumeration),
    /// A schema that `src/` has a type of its own for.
    Own(&'a str),
    /// The object that is a schema.
    Object(&'a str),
    List(Box<Kind<'a>>),
}

/// Every field, those of one owner together, in the order of the document.
pub(crate) fn read<'a>(
    document: &'a Document,
    operations: &[Operation<'a>],
    enumerations: &'a [Enumeration],
    faults: &mut Faults,
) -> Vec<Field<'a>> {
    let requests = faults.keep_one(document.request_schemas()).unwrap_or_default();
    let kinds = Kinds { document, enumerations };
    let schemas = document.schemas().filter(|(name, _)| requests.contains(*name));
    let of_schemas = schemas.flat_map(|(name, schema)| kinds.of_schema(name, &schema));
    let parameters = operations.iter().flat_map(|operation| {
        let parameters = operation.parameters.iter();
        parameters.filter_map(|parameter| kinds.of_parameter(operation.id, parameter))
    });
    faults.keep(of_schemas.chain(parameters))
}

/// The fields of each owner.
pub(super) fn by_owner<'f, 'a>(
    fields: &'f [Field<'a>],
) -> impl Iterator<Item = (Owner<'a>, &'f [Field<'a>])> {
    let groups = fields.chunk_by(|one, other| one.owner == other.owner);
    groups.filter_map(|group| Some((group.first()?.owner, group)))
}

impl Field<'_> {
    /// Whether one of these keywords is set.
    pub(super) fn has_any(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.part.has(keyword))
    }

    pub(super) fn constant(&self) -> Ident {
        format_ident!("{}", screaming_snake(self.name))
    }

    /// The constant of the field in a module of its owner, which is in `room`.
    pub(super) fn path(&self, room: &str, constant: &Ident) -> TokenStream {
        let room = format_ident!("{room}");
        let (Owner::Schema(owner) | Owner::Operation(owner)) = self.owner else {
            return quote!(crate::document::#room::#constant);
        };
        let module = module_of(owner);
        quote!(crate::document::#room::#module::#constant)
    }
}

struct Kinds<'a> {
    document: &'a Document,
    enumerations: &'a [Enumeration],
}

impl<'a> Kinds<'a> {
    /// The fields of a schema; one that is a plain text is a field of nothing.
    fn of_schema(&self, name: &'a str, schema: &Part<'a>) -> Vec<Result<Field<'a>, Fault>> {
        if let Err(fault) = schema.check_name(name) {
            return vec![Err(fault)];
        }
        if schema.text("type") == Some("string") && !schema.has("enum") {
            let (owner, kind, part) = (Owner::None, Kind::Text, schema.clone());
            let field = Field { owner, name, part, is_required: true, kind };
            return vec![
                reject_others(schema, &["password"], &[&TEXT, &[CLASSES]]).map(|()| field),
            ];
        }
        let properties = schema.members_of("properties").map(|(property, part)| {
            part.check_name(property)?;
            let (owner, kind) = (Owner::Schema(name), self.of(&part)?);
            let is_required = schema.lists("required", property);
            Ok(Field { owner, name: property, part, is_required, kind })
        });
        properties.collect()
    }

    fn of_parameter(
        &self,
        operation: &'a str,
        parameter: &Part<'a>,
    ) -> Option<Result<Field<'a>, Fault>> {
        let part = parameter.get("schema")?;
        let field = || {
            let name = parameter.text("name").unwrap_or_default();
            parameter.check_name(name)?;
            let (owner, kind) = (Owner::Operation(operation), self.of(&part)?);
            let is_required = parameter.is_true("required");
            Ok(Field { owner, name, part, is_required, kind })
        };
        Some(field())
    }

    /// The kind of a field. What its schema says beside what is checked of that kind
    /// would hold for nobody.
    fn of(&self, part: &Part<'a>) -> Result<Kind<'a>, Fault> {
        if part.text("type") != Some("array") {
            return self.of_single(part, false);
        }
        let items = part.get("items").ok_or_else(|| part.fault("has no `items`"))?;
        let item = self.of_single(&items, true)?;
        let reserved: &[&str] = if matches!(item, Kind::Network) { &[RESERVED] } else { &[] };
        reject_others(part, &[], &[&LIST, reserved])?;
        Ok(Kind::List(Box::new(item)))
    }

    fn of_single(&self, part: &Part<'a>, is_item: bool) -> Result<Kind<'a>, Fault> {
        if let Some(name) = part.schema_name() {
            reject_others(part, &[], &[])?;
            return self.of_component(part, name);
        }
        let format = part.text("format");
        let (kind, formats, limits): (_, &[&str], &[&str]) = match part.text("type") {
            Some("string") if format == Some(NETWORK) => (Kind::Network, &[NETWORK], &TUNNEL),
            Some("string") => (Kind::Text, &[], &TEXT),
            Some("integer") if format == NUMBERS.first().copied() => {
                (Kind::Number, &NUMBERS, &NUMBER)
            }
            Some("integer") => (Kind::Number, &NUMBERS, &[]),
            Some("boolean") if !is_item => (Kind::Boolean, &[], &[]),
            _ => {
                let message = "is of a type that no check knows: make it a text, an integer, a \
                               reference to a component or, as a field, a boolean or a list";
                return Err(part.fault(message));
            }
        };
        let limits = if is_item { &[] } else { limits };
        reject_others(part, formats, &[limits])?;
        Ok(kind)
    }

    fn of_component(&self, part: &Part<'a>, name: &'a str) -> Result<Kind<'a>, Fault> {
        let is_it = |enumeration: &&Enumeration| enumeration.name == name;
        if let Some(enumeration) = self.enumerations.iter().find(is_it) {
            return Ok(Kind::Enumeration(enumeration));
        }
        if OWN_TYPES.iter().any(|(own, _)| *own == name) {
            return Ok(Kind::Own(name));
        }
        let schema = self.document.part(&schema_pointer(name));
        match schema.map_err(|fault| part.fault(fault.message))? {
            schema if schema.has("properties") => Ok(Kind::Object(name)),
            // An enumeration with a fault of its own.
            schema if schema.is_true("x-open-enum") => Ok(Kind::Own(name)),
            _ => Err(part.fault(format!(
                "refers to `{name}`, which is neither an object nor an open enumeration nor a \
                 type of `src/`: no check knows it"
            ))),
        }
    }
}

fn reject_others(part: &Part<'_>, formats: &[&str], known: &[&[&str]]) -> Result<(), Fault> {
    let others = part.members().filter(|(keyword, _)| !known.iter().any(|it| it.contains(keyword)));
    for (keyword, member) in others {
        let message = match keyword {
            "format" if !formats.iter().any(|format| member.value == *format) => {
                &format!("{} is a format that nothing checks here", member.value)
            }
            _ if keyword.starts_with("x-") => "is an extension that nothing checks here",
            _ if LIMITS.concat().contains(&keyword) => "limits another type than this one",
            _ => continue,
        };
        return Err(member.fault(message));
    }
    Ok(())
}

/// The module of what belongs to a schema or an operation.
pub(super) fn module_of(name: &str) -> Ident {
    format_ident!("{}", screaming_snake(name).to_ascii_lowercase())
}

/// `VpnConnectionRequest` -> `VPN_CONNECTION_REQUEST`, `vgw_id` -> `VGW_ID`.
fn screaming_snake(name: &str) -> String {
    let mut out = String::new();
    for (index, c) in name.char_indices() {
        if index > 0 && c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_uppercase());
    }
    out
}
