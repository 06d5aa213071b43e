//! The table of operations, and the fields of requests that are secret: what the
//! transport and the simulator know beside the generated client.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::document::{Document, Fault, Faults};
use super::part::{METHODS, Part};
use super::pretty;

/// The schema of the ids of connections in paths, and that of the connections in responses.
const CONNECTION_ID: &str = "ConnectionId";
const CONNECTION: &str = "VpnConnection";

/// An operation of the document.
pub(crate) struct Operation<'a> {
    pub(super) id: &'a str,
    method: &'a str,
    path: &'a str,
    pub(super) part: Part<'a>,
    pub(super) parameters: Vec<Part<'a>>,
}

pub(crate) fn read<'a>(document: &'a Document, faults: &mut Faults) -> Vec<Operation<'a>> {
    let paths = faults.keep_one(document.part("/paths"));
    let items = paths.into_iter().flat_map(|paths| paths.members());
    let operations = items.flat_map(|(path, item)| {
        let members = item.members().filter(|(name, _)| METHODS.contains(name));
        let operation = |(method, part)| operation(path, &item, method, part);
        members.map(operation).collect::<Vec<_>>()
    });
    let operations = faults.keep(operations);
    faults.keep(operations.iter().map(Operation::check_path));
    operations
}

fn operation<'a>(
    path: &'a str,
    item: &Part<'a>,
    method: &'a str,
    part: Part<'a>,
) -> Result<Operation<'a>, Fault> {
    if !part.has("responses") {
        return Err(part.fault_of("responses", "is missing"));
    }
    let id = part.text("operationId").ok_or_else(|| part.fault("has no `operationId`"))?;
    part.check_name(id).map_err(|fault| part.fault_of("operationId", fault.message))?;
    let parameters = item.items_of("parameters").chain(part.items_of("parameters"));
    let parameters = parameters.filter_map(|parameter| parameter.resolved()).collect();
    Ok(Operation { id, method, path, part, parameters })
}

pub(crate) fn rust(operations: &[Operation<'_>], faults: &mut Faults) -> String {
    let rows = faults.keep(operations.iter().map(Operation::row));
    pretty(&quote! {
        /// Every operation, in the order of the document.
        pub(crate) static OPERATIONS: &[Operation] = &[#(#rows)*];
    })
}

impl Operation<'_> {
    /// Every part of the path in braces needs a parameter.
    fn check_path(&self) -> Result<(), Fault> {
        for part in self.path.split('{').skip(1).filter_map(|part| part.split('}').next()) {
            let is_it = |parameter: &Part<'_>| {
                parameter.text("in") == Some("path") && parameter.text("name") == Some(part)
            };
            if !self.parameters.iter().any(is_it) {
                let message = format!("has no parameter for `{{{part}}}` of its path");
                return Err(self.part.fault(message));
            }
        }
        Ok(())
    }

    fn row(&self) -> Result<TokenStream, Fault> {
        let Self { id, path, .. } = self;
        let method = format_ident!("{}", self.method.to_ascii_uppercase());
        let mut responses = self.part.members_of("responses");
        let success = responses.find(|(status, _)| status.starts_with('2'));
        let [request, response] =
            [self.part.get("requestBody"), success.map(|(_, response)| response)]
                .map(|body| body.as_ref().and_then(body_of));
        let [requested, returned] = [request, response].map(|body| body?.member);
        let [request_member, response_member] =
            [requested, returned].map(|member| optional(member.map(|member| member.name)));
        let returns_connections = returned.is_some_and(|member| member.schema == CONNECTION);
        let request_schema = optional(request.map(|body| body.schema));
        let connection_id = optional(self.connection_id());
        let bound = self.bound()?;
        let [readable, round_trip] =
            [quote!(lenient::readable), quote!(fuzzing::round_trip)].map(|function| match response
                .and_then(|body| syn::parse_str::<Ident>(body.schema).ok())
            {
                Some(schema) => {
                    quote!(Some(crate::#function::<crate::generated::types::#schema>))
                }
                None => quote!(None),
            });
        Ok(quote! {
            Operation {
                id: #id,
                #[cfg(any(test, feature = "simulator"))]
                method: http::Method::#method,
                path: #path,
                #[cfg(any(test, feature = "simulator"))]
                request_schema: #request_schema,
                request_member: #request_member,
                #[cfg(any(test, feature = "simulator"))]
                response_member: #response_member,
                returns_connections: #returns_connections,
                connection_id: #connection_id,
                max_response_bytes: #bound,
                readable: #readable,
                #[cfg(fuzzing)]
                round_trip: #round_trip,
            },
        })
    }

    /// The parameter of the path that is the id of a connection.
    fn connection_id(&self) -> Option<&str> {
        let names_connection = |parameter: &&Part<'_>| {
            let schema = parameter.get("schema");
            parameter.text("in") == Some("path")
                && schema.and_then(|schema| schema.schema_name()) == Some(CONNECTION_ID)
        };
        self.parameters.iter().find(names_connection)?.text("name")
    }

    /// Most bytes of the body of a success, if the operation sets a bound.
    fn bound(&self) -> Result<TokenStream, Fault> {
        let Some(bound) = self.part.get("x-max-response-bytes") else { return Ok(quote!(None)) };
        let bytes = bound.value.as_u64().and_then(|bytes| u32::try_from(bytes).ok());
        let bytes = bytes.ok_or_else(|| bound.fault("must be a number of bytes below 4 GiB"))?;
        Ok(quote!(Some(#bytes as usize)))
    }
}

fn optional(text: Option<&str>) -> TokenStream {
    text.map_or_else(|| quote!(None), |text| quote!(Some(#text)))
}

/// A JSON body: its component schema, and what it is about.
#[derive(Clone, Copy)]
struct Body<'a> {
    schema: &'a str,
    member: Option<Member<'a>>,
}

/// The member that must be in a body and holds a resource, or a list of them: its name and
/// the component schema of the resource.
#[derive(Clone, Copy)]
struct Member<'a> {
    name: &'a str,
    schema: &'a str,
}

fn body_of<'a>(body: &Part<'a>) -> Option<Body<'a>> {
    let schema = body.resolved()?.get("content")?.get("application/json")?.get("schema")?;
    let envelope = schema.referred()?;
    let member = |name: &'a str| {
        let property = envelope.get("properties")?.get(name)?;
        let items = || property.get("items")?.schema_name();
        Some(Member { name, schema: property.schema_name().or_else(items)? })
    };
    let mut required = envelope.items_of("required").filter_map(|name| name.value.as_str());
    Some(Body { schema: schema.schema_name()?, member: required.find_map(member) })
}

/// The names of the properties whose schema is `writeOnly`.
pub(crate) fn secret_fields_rust(document: &Document) -> String {
    let is_secret =
        |property: &Part<'_>| property.referred().is_some_and(|schema| schema.is_true("writeOnly"));
    let properties = document.schemas().flat_map(|(_, schema)| schema.members_of("properties"));
    let fields = properties.filter(|(_, property)| is_secret(property)).map(|(name, _)| name);
    let fields = fields.collect::<BTreeSet<_>>().into_iter();
    pretty(&quote!(pub(crate) const SECRET_FIELDS: &[&str] = &[#(#fields),*];))
}
