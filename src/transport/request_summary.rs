//! What a failure needs of the request: read only when there is one.

use http::{HeaderMap, HeaderValue, Method};
use secrecy::SecretString;
use serde_json::Value;

use super::wiped::Wiped;
use crate::document::operation::{Operation, SECRET_FIELDS};
use crate::error::ConnectionKey;

/// A request, kept for the attempts to come and for the failure of the last one.
pub(crate) struct RequestSummary {
    /// Without credentials.
    pub(crate) request: reqwest::Request,
    /// None for an operation that the document does not describe.
    pub(crate) operation: Option<&'static Operation>,
    /// The headers that attempts were signed with.
    signed: Vec<HeaderValue>,
}

impl RequestSummary {
    pub(crate) fn new(request: reqwest::Request, operation: Option<&'static Operation>) -> Self {
        Self { request, operation, signed: Vec::new() }
    }

    pub(crate) fn method(&self) -> &Method {
        self.request.method()
    }

    /// Whether the request changes nothing.
    pub(crate) fn is_query(&self) -> bool {
        self.method().is_safe()
    }

    /// Notes the headers that an attempt was signed with.
    pub(crate) fn note_signature(&mut self, headers: &HeaderMap) {
        self.signed.extend(headers.values().filter(|value| value.is_sensitive()).cloned());
    }

    fn body(&self) -> Wiped {
        let body = self.request.body().and_then(reqwest::Body::as_bytes);
        body.map(Wiped::read).unwrap_or_default()
    }

    /// The connections that the request is about.
    pub(crate) fn connections(&self) -> Vec<ConnectionKey> {
        let Some(operation) = self.operation else { return Vec::new() };
        let body = self.body();
        let member = operation.request_member.and_then(|member| body.get(member));
        let mut keys: Vec<ConnectionKey> = match member {
            Some(Value::Array(connections)) => connections.iter().map(key).collect(),
            Some(connection) => vec![key(connection)],
            None => Vec::new(),
        };
        if let Some(id) = operation.connection_in(self.request.url().path()) {
            // A change of an existing connection names it in the path.
            keys.resize_with(1, ConnectionKey::default);
            keys.iter_mut().for_each(|key| key.id = Some(id.to_owned()));
        }
        keys
    }

    /// The secrets of the request and of its signature, which a response may repeat and
    /// an error must not.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        let signed = self.signed.iter().filter_map(|value| value.to_str().ok());
        let mut secrets = signed.map(SecretString::from).collect();
        collect_secrets(&self.body(), &mut secrets);
        secrets
    }
}

fn key(resource: &Value) -> ConnectionKey {
    let text = |name: &str| resource.get(name).and_then(Value::as_str).map(str::to_owned);
    ConnectionKey {
        // What belongs to a connection, such as its monitor, names it.
        id: text("vpn_connection_id"),
        name: text("name"),
        vgw_id: text("vgw_id"),
        vgw_ip: text("vgw_ip"),
        cgw_id: text("cgw_id"),
    }
}

/// Every secret in a request body.
fn collect_secrets(value: &Value, secrets: &mut Vec<SecretString>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(secret) if SECRET_FIELDS.contains(&name.as_str()) => {
                        secrets.push(secret.as_str().into());
                    }
                    member => collect_secrets(member, secrets),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_secrets(item, secrets)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;
    use serde_json::json;

    use super::*;

    const fn operation(path: &'static str, member: Option<&'static str>) -> Operation {
        Operation {
            id: "an_operation",
            method: Method::PUT,
            path,
            request_schema: None,
            request_member: member,
            response_member: None,
            returns_connections: false,
            connection_id: Some("vpn_connection_id"),
            max_response_bytes: None,
            readable: None,
        }
    }

    fn summary(operation: &'static Operation, path: &str, body: &Value) -> RequestSummary {
        let url = format!("http://localhost{path}").parse().unwrap();
        let mut request = reqwest::Request::new(Method::PUT, url);
        *request.body_mut() = Some(body.to_string().into());
        RequestSummary::new(request, Some(operation))
    }

    #[test]
    fn a_create_is_known_by_its_names_and_a_change_by_its_id() {
        static BATCH: Operation =
            operation("/v5/{project_id}/vpn-connections/batch-create", Some("vpn_connections"));
        let body = json!({ "vpn_connections": [
            { "name": "a", "vgw_id": "g", "vgw_ip": "1", "cgw_id": "c" }, { "vgw_ip": "2" },
        ]});
        let keys = summary(&BATCH, "/v5/p/vpn-connections/batch-create", &body).connections();
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[0].name.as_deref(), Some("a"));
        assert_eq!(keys[0].cgw_id.as_deref(), Some("c"));
        assert_eq!(keys[1].vgw_ip.as_deref(), Some("2"));

        static UPDATE: Operation = operation(
            "/v5/{project_id}/vpn-connection/{vpn_connection_id}",
            Some("vpn_connection"),
        );
        let path = "/v5/p/vpn-connection/the-id";
        let id = Some("the-id".to_owned());
        let named = json!({ "vpn_connection": { "name": "a" } });
        let expected = ConnectionKey { id, name: Some("a".to_owned()), ..ConnectionKey::default() };
        assert_eq!(summary(&UPDATE, path, &named).connections(), [expected]);
        // A delete has no body.
        let id = Some("the-id".to_owned());
        let expected = ConnectionKey { id, ..ConnectionKey::default() };
        assert_eq!(summary(&UPDATE, path, &Value::Null).connections(), [expected]);

        static MONITOR: Operation =
            operation("/v5/{project_id}/connection-monitors", Some("connection_monitor"));
        let body = json!({ "connection_monitor": { "vpn_connection_id": "the-id" } });
        let keys = summary(&MONITOR, "/v5/p/connection-monitors", &body).connections();
        assert_eq!(keys[0].id.as_deref(), Some("the-id"));

        static LOG: Operation =
            operation("/v5/{project_id}/vpn-connection/{vpn_connection_id}/log", None);
        let keys = summary(&LOG, "/v5/p/vpn-connection/the-id/log", &Value::Null).connections();
        assert_eq!(keys[0].id.as_deref(), Some("the-id"));
    }

    #[test]
    fn secrets_are_those_of_the_body_and_of_the_signature() {
        static CREATE: Operation = operation("/v5/{project_id}/vpn-connection", None);
        let body = json!({ "a": [{ "psk": "the-key", "name": "psk" }], "psk": 7 });
        let mut summary = summary(&CREATE, "/v5/p/vpn-connection", &body);
        let mut token = HeaderValue::from_static("the-token");
        token.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert("x-auth-token", token);
        headers.insert("accept", HeaderValue::from_static("application/json"));
        summary.note_signature(&headers);
        let secrets = summary.secrets();
        let secrets: Vec<_> = secrets.iter().map(|secret| secret.expose_secret()).collect();
        assert_eq!(secrets, ["the-token", "the-key"]);
    }
}
