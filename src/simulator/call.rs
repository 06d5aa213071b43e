//! A request to an operation, and what the operation needs of it.

use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::pages::{Rank, page_info};
use super::response::{StatusAndBody, invalid, not_found};
use super::schema_check;
use super::state::State;
use crate::document::operation::Operation;

/// The response, or another one that ends the play early.
pub(super) type Outcome = Result<StatusAndBody, StatusAndBody>;

/// An authenticated request.
pub(super) struct Call<'a> {
    pub(super) operation: &'a Operation,
    /// The parameters of the path, by name.
    pub(super) parameters: Vec<(&'static str, &'a str)>,
    /// What follows the `?`, or nothing.
    pub(super) query: &'a str,
    pub(super) body: &'a [u8],
}

impl<'a> Call<'a> {
    /// What `find` finds by a parameter of the path, or the service's 404.
    pub(super) fn found<T>(
        &self,
        parameter: &str,
        find: impl FnOnce(&'a str) -> Option<T>,
    ) -> Result<T, StatusAndBody> {
        let id = self.parameters.iter().find(|(name, _)| *name == parameter).map(|(_, id)| *id);
        id.and_then(find).ok_or_else(|| not_found("resource not found"))
    }

    /// The body, which must keep the schema.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, StatusAndBody> {
        let body = serde_json::from_slice(self.body).map_err(|_| invalid("not JSON"))?;
        let violations = schema_check::violations(self.operation, &body);
        if !violations.is_empty() {
            return Err(invalid(&violations.join("; ")));
        }
        // The error may quote a key.
        serde_json::from_value(body).map_err(|_| invalid("the body cannot be read"))
    }

    /// The parameters of the query, which must keep the schema.
    pub(super) fn filters(&self) -> Result<Map<String, Value>, StatusAndBody> {
        schema_check::query(self.operation, self.query)
            .map_err(|violations| invalid(&violations.join("; ")))
    }

    /// A success with this resource, or with this list of them.
    pub(super) fn success(
        &self,
        state: &mut State,
        status: StatusCode,
        resource: Value,
    ) -> StatusAndBody {
        let request_id = ("request_id".to_owned(), state.next_id().replace('-', "").into());
        let resource = self.operation.response_member.map(|member| (member.to_owned(), resource));
        (status, resource.into_iter().chain([request_id]).collect())
    }

    /// A page of a list.
    pub(super) fn page(
        &self,
        state: &mut State,
        resources: Vec<Value>,
        page: &[Rank],
        total: usize,
    ) -> StatusAndBody {
        let (status, mut body) = self.success(state, StatusCode::OK, resources.into());
        if let (Value::Object(body), Value::Object(info)) = (&mut body, page_info(page, total)) {
            body.extend(info);
        }
        (status, body)
    }
}
