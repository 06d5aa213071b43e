//! What a builder says of its account, for people.

use serde::Serialize;

use super::builder::ClientBuilder;
use crate::auth::credentials::Source;
use crate::auth::password::Scope;

/// The account that a client is built for, as far as its settings say it; no secret.
///
/// ```
/// use otc_vpn::{Client, Credentials, Password};
///
/// let user = Password::new("a-user", "example-password").domain("OTC-EU-DE-00000000001000000001");
/// let builder = Client::builder().region("eu-de").credentials(Credentials::password(user));
/// assert_eq!(builder.account().user.as_deref(), Some("a-user"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Account {
    /// The user who signs in with a password, by name or id.
    pub user: Option<String>,
    /// The id of the access key that signs.
    pub access_key: Option<String>,
    /// The id of the project.
    pub project_id: Option<String>,
    /// The name of the project, where its id is to be found by it.
    pub project_name: Option<String>,
    /// The region.
    pub region: Option<String>,
}

impl ClientBuilder {
    /// Whom and what it was given, for a program that tells its user so.
    #[must_use]
    pub fn account(&self) -> Account {
        let (user, access_key) = match self.credentials.as_ref().map(|it| &it.0) {
            Some(Source::Password(password)) => (Some(password.user()), None),
            Some(Source::AccessKey(key)) => (None, Some(key.id())),
            _ => (None, None),
        };
        let (project_id, project_name) = match &self.project {
            Some(Scope::ProjectId(id)) => (Some(id), None),
            Some(Scope::ProjectName(name)) => (None, Some(name)),
            None => (None, None),
        };
        Account {
            user: user.map(str::to_owned),
            access_key: access_key.map(str::to_owned),
            project_id: project_id.cloned(),
            project_name: project_name.cloned(),
            region: self.region.value().map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccessKey, Client, Credentials, Password};

    #[test]
    fn an_account_is_what_was_given_without_its_secrets() {
        assert_eq!(Client::builder().account(), Account::default());
        let user = Credentials::password(Password::of_user_id("5eed", "hunter2"));
        let builder = Client::builder().region("eu-de").project_name("eu-de_office");
        let account = builder.credentials(user).account();
        assert_eq!(account.user.as_deref(), Some("5eed"));
        assert_eq!(account.project_name.as_deref(), Some("eu-de_office"));
        assert_eq!(
            (account.project_id.as_deref(), account.region.as_deref()),
            (None, Some("eu-de"))
        );
        let key = Credentials::access_key(AccessKey::new("EXAMPLEKEY", "hunter2"));
        let account = Client::builder().project_id("0123").credentials(key).account();
        assert_eq!(account.access_key.as_deref(), Some("EXAMPLEKEY"));
        assert_eq!(account.project_id.as_deref(), Some("0123"));
        assert!(!format!("{account:?}").contains("hunter2"));
        let token = Client::builder().credentials(Credentials::token("hunter2"));
        assert_eq!(token.account(), Account::default());
    }
}
