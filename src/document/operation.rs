//! What is known of an operation beside the generated client.

use bytes::Bytes;

/// The body itself or another one, from which the documented type can be read.
pub(crate) type Readable = fn(Bytes) -> serde_json::Result<Bytes>;

/// A row of the table of operations, which the build derives from the document.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    #[cfg(any(test, feature = "simulator"))]
    pub(crate) method: http::Method,
    /// With parameters in braces: `/v5/{project_id}/vpn-connection`.
    pub(crate) path: &'static str,
    /// The component schema of the request body.
    #[cfg(any(test, feature = "simulator"))]
    pub(crate) request_schema: Option<&'static str>,
    /// The member of the request body that holds the resource, or the list of them.
    pub(crate) request_member: Option<&'static str>,
    /// The same of the body of a success.
    #[cfg(any(test, feature = "simulator"))]
    pub(crate) response_member: Option<&'static str>,
    /// Whether that member holds connections.
    pub(crate) returns_connections: bool,
    /// The parameter of the path that is the id of a connection.
    pub(crate) connection_id: Option<&'static str>,
    /// Most bytes of the body of a success, if the document sets a bound.
    pub(crate) max_response_bytes: Option<usize>,
    /// Of the body of a success; none for an operation without a documented body, which
    /// accepts any.
    pub(crate) readable: Option<Readable>,
    /// The same, for the fuzz targets.
    #[cfg(fuzzing)]
    pub(crate) round_trip: Option<fn(&[u8])>,
}

impl Operation {
    /// The values of the parameters of a path, if it is one of this operation.
    pub(crate) fn parameters<'a>(&self, path: &'a str) -> Option<Vec<(&'static str, &'a str)>> {
        let (template, steps) = (self.path.split('/'), path.split('/'));
        let mut parameters = Vec::new();
        let is_equal = template.clone().count() == steps.clone().count()
            && template.zip(steps).all(|(template, step)| {
                match template.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                    Some(name) => {
                        parameters.push((name, step));
                        true
                    }
                    None => template == step,
                }
            });
        is_equal.then_some(parameters)
    }

    /// The id of the connection that a path names.
    pub(crate) fn connection_in<'a>(&self, path: &'a str) -> Option<&'a str> {
        let parameters = self.parameters(path)?;
        parameters.into_iter().find(|(name, _)| Some(*name) == self.connection_id).map(|(_, id)| id)
    }
}

// The fields of requests that are secret.
include!(concat!(env!("OUT_DIR"), "/secret_fields.rs"));
