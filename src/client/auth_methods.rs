//! The authentication methods that settings offer, and what is missing for them.

use crate::auth::access_key::AccessKey;
use crate::auth::credentials::Credentials;
use crate::auth::password::Password;
use crate::config::Settings;
use crate::config::names::{
    ACCESS_KEY, AUTH_TYPE, AUTH_URL, DOMAIN_ID, DOMAIN_NAME, ENDPOINT, Key, PASSWORD, PROJECT_ID,
    PROJECT_NAME, REGION, SECRET_KEY, SECURITY_TOKEN, TOKEN, USER_DOMAIN_ID, USER_DOMAIN_NAME,
    USER_ID, USERNAME,
};
use crate::error::Error;

/// A way to authenticate requests: its name, and its credentials where they are complete.
type AuthMethod = (&'static str, fn(&mut Needs<'_>) -> Option<Credentials>);

/// The credentials of the first authentication method that is complete.
pub(super) fn credentials(settings: &Settings) -> Result<Credentials, Error> {
    let methods = auth_methods(settings)?;
    let mut problems = Vec::new();
    for (name, credentials) in &methods {
        let mut needs = Needs { settings, missing: Vec::new(), begun: methods.len() == 1 };
        let credentials = credentials(&mut needs);
        if settings.needs_region() {
            needs.one_of("a region", &[REGION]);
        }
        match credentials {
            Some(credentials) if needs.missing.is_empty() => return Ok(credentials),
            _ if needs.begun => {
                let missing = needs.missing.join(", ");
                problems.push(format!("authentication by {name} needs {missing}"));
            }
            _ => {}
        }
    }
    if problems.is_empty() {
        problems.push(format!("it needs {}", without_credentials(settings).missing.join(", ")));
    }
    let (place, problems) = (&settings.place, problems.join("; "));
    Err(Error::invalid(format_args!("{place} is incomplete: {problems}")))
}

/// The authentication method that is asked for, or else all in their order of precedence.
fn auth_methods(settings: &Settings) -> Result<Vec<AuthMethod>, Error> {
    let token: AuthMethod = ("token", token);
    let access_key: AuthMethod = ("access key", access_key);
    let password: AuthMethod = ("password", password);
    Ok(match settings.get(AUTH_TYPE) {
        Some("token" | "v3token") => vec![token],
        Some("password" | "v3password") => vec![password],
        Some("aksk") => vec![access_key],
        Some(other) => {
            return Err(Error::invalid(format_args!(
                "{}: {other:?} is not supported; must be token, password or aksk",
                settings.name(AUTH_TYPE)
            )));
        }
        // The access key in a cloud is often for the object storage, and the OpenStack
        // tools do not authenticate with it.
        None if settings.is_cloud => vec![token, password, access_key],
        None => vec![token, access_key, password],
    })
}

fn token(needs: &mut Needs<'_>) -> Option<Credentials> {
    let token = needs.own("a token", &[TOKEN]);
    needs.endpoint_and_project_id();
    token.map(Credentials::token)
}

fn access_key(needs: &mut Needs<'_>) -> Option<Credentials> {
    let id = needs.own("an access key", &[ACCESS_KEY]);
    let secret = needs.own("a secret key", &[SECRET_KEY]);
    needs.endpoint_and_project_id();
    let key = AccessKey::new(id?, secret?);
    Some(Credentials::access_key(match needs.settings.get(SECURITY_TOKEN) {
        Some(token) => key.security_token(token),
        None => key,
    }))
}

fn password(needs: &mut Needs<'_>) -> Option<Credentials> {
    let settings = needs.settings;
    let secret = needs.own("a password", &[PASSWORD]);
    let user = needs.own("a user", &[USERNAME, USER_ID]);
    let domains = [USER_DOMAIN_NAME, USER_DOMAIN_ID, DOMAIN_NAME, DOMAIN_ID, USER_ID];
    needs.one_of("the domain of the user", &domains);
    // The catalogue has the endpoint.
    needs.one_of("the address of the identity service", &[AUTH_URL, REGION]);
    needs.one_of("a project", &[PROJECT_ID, PROJECT_NAME]);
    Some(Credentials::password(match settings.get(USER_ID) {
        Some(id) => Password::of_user_id(id, secret?),
        None => with_domain(Password::new(user?, secret?), settings),
    }))
}

/// The user's own domain overrides the general one, and an id a name.
fn with_domain(password: Password, settings: &Settings) -> Password {
    for (id, name) in [(USER_DOMAIN_ID, USER_DOMAIN_NAME), (DOMAIN_ID, DOMAIN_NAME)] {
        match (settings.get(id), settings.get(name)) {
            (Some(id), _) => return password.domain_id(id),
            (None, Some(name)) => return password.domain(name),
            (None, None) => {}
        }
    }
    password
}

/// What an authentication method needs, and what of it is missing.
struct Needs<'a> {
    settings: &'a Settings,
    missing: Vec<String>,
    /// Whether a setting says that the method is meant.
    begun: bool,
}

impl<'a> Needs<'a> {
    /// The first of these settings that is set. An error names the first two.
    fn one_of(&mut self, what: &str, keys: &[Key]) -> Option<&'a str> {
        let found = keys.iter().find_map(|key| self.settings.get(key));
        if found.is_none() {
            let names: Vec<_> = keys.iter().take(2).map(|key| self.settings.name(key)).collect();
            self.missing.push(format!("{what} (set {})", names.join(" or ")));
        }
        found
    }

    /// The first of these settings, which only this method uses.
    fn own(&mut self, what: &str, keys: &[Key]) -> Option<&'a str> {
        let found = self.one_of(what, keys);
        self.begun |= found.is_some();
        found
    }

    fn endpoint_and_project_id(&mut self) {
        self.one_of("a region", &[REGION, ENDPOINT]);
        self.one_of("a project id", &[PROJECT_ID]);
    }
}

fn without_credentials(settings: &Settings) -> Needs<'_> {
    let is_alternative = cfg!(feature = "clouds-yaml") && !settings.is_cloud;
    let cloud = if is_alternative { ", or OS_CLOUD" } else { "" };
    let keys = [TOKEN, ACCESS_KEY, SECRET_KEY, USERNAME, PASSWORD, USER_DOMAIN_NAME];
    let [token, id, secret, user, password, domain] = keys.map(|key| settings.name(key));
    let credentials = format!(
        "credentials (set {token}, or {id} and {secret}, or {user}, {password} and {domain}{cloud})"
    );
    let mut needs = Needs { settings, missing: vec![credentials], begun: false };
    if settings.get(AUTH_URL).is_none() {
        needs.one_of("a region", &[REGION, ENDPOINT]);
    }
    needs.one_of("a project", &[PROJECT_ID, PROJECT_NAME]);
    needs
}
