//! From the settings that users have already to a client.

use super::Client;
use super::builder::ClientBuilder;
use super::builder::Names;
use crate::auth::access_key::AccessKey;
use crate::auth::credentials::Credentials;
use crate::auth::password::Password;
use crate::config::{Endpoint, Key, Lack, Place, Settings};
use crate::error::Error;
use crate::ids::ProjectId;

impl Client {
    /// A client from the variables of the environment that OpenStack tools use.
    ///
    /// | for | variables |
    /// | --- | --- |
    /// | a token | `OS_TOKEN` (`OS_AUTH_TOKEN`) |
    /// | an access key | `OS_ACCESS_KEY`, `OS_SECRET_KEY`, perhaps `OS_SECURITY_TOKEN` |
    /// | a password | `OS_USERNAME` and `OS_USER_DOMAIN_ID`, `OS_USER_DOMAIN_NAME`, `OS_DOMAIN_ID` or `OS_DOMAIN_NAME`, or else `OS_USER_ID`; `OS_PASSWORD` |
    /// | the project | `OS_PROJECT_ID` (`OS_TENANT_ID`), or with a password `OS_PROJECT_NAME` (`OS_TENANT_NAME`) |
    /// | where | `OS_REGION_NAME`; `OTC_VPN_ENDPOINT`; with a password `OS_AUTH_URL`, which the region stands in for |
    ///
    /// Where several ways in are set, the first of this table that is complete is taken,
    /// unless `OS_AUTH_TYPE` says `token`, `password` or `aksk`. What is for users goes
    /// before what is for all, an id before a name. `{region_name}` in an address stands
    /// for the region, and of an address the scheme, host and port count. What is set to
    /// nothing is not set. With `OS_CLOUD`, the cloud of that name counts and nothing else,
    /// as in `from_cloud` (feature `clouds-yaml`).
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), otc_vpn::Error> {
    /// let client = otc_vpn::Client::from_env().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What is missing, by the names of the variables, never a value; and as
    /// [`ClientBuilder::connect`].
    pub async fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.connect().await
    }

    /// A client for a cloud of `clouds.yaml`.
    ///
    /// The file is the first of these that can be read:
    ///
    /// 1. the one that the variable `OS_CLIENT_CONFIG_FILE` names
    /// 2. `clouds.yaml` or `clouds.yml` in the present folder
    /// 3. the same in `$XDG_CONFIG_HOME/openstack`
    /// 4. the same in `~/.config/openstack`
    /// 5. the same in `/etc/openstack`
    ///
    /// What `secure.yaml` says, looked for in the same places and first by
    /// `OS_CLIENT_SECURE_FILE`, goes before it. Other variables do not count.
    ///
    /// | for | below `auth`, or beside it |
    /// | --- | --- |
    /// | a token | `token` (`auth_token`) |
    /// | a password | `username` and `user_domain_id`, `user_domain_name`, `domain_id` or `domain_name`, or else `user_id`; `password` |
    /// | an access key | `access_key` (`ak`), `secret_key` (`sk`), perhaps `security_token` |
    /// | the project | `project_id` (`tenant_id`), or with a password `project_name` (`tenant_name`) |
    /// | where | `region_name`, `regions` or `profile` (`cloud`); `evpn_endpoint_override` (`vpn_endpoint_override`); with a password `auth_url`, which the region stands in for |
    ///
    /// As in [`from_env`](Self::from_env), the first way in that is complete is taken,
    /// unless `auth_type` says which. The region is `region_name`, or else the first of
    /// `regions`, or else the first of the profile: `otc` or `otc-swiss`. What `regions`
    /// says of it under `values` is taken, too. Every setting must be a text for YAML: a
    /// number or a `yes` without quotes is refused.
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), otc_vpn::Error> {
    /// let client = otc_vpn::Client::from_cloud("otc").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What is missing and in which files, never a value; and as
    /// [`ClientBuilder::connect`].
    #[cfg(feature = "clouds-yaml")]
    pub async fn from_cloud(name: &str) -> Result<Self, Error> {
        ClientBuilder::from_cloud(name)?.connect().await
    }
}

impl ClientBuilder {
    /// As [`Client::from_env`], to change before [`connect`](Self::connect).
    ///
    /// # Errors
    /// What is missing, by the names of the variables, never a value.
    pub fn from_env() -> Result<Self, Error> {
        let cloud = std::env::var("OS_CLOUD").ok().filter(|cloud| !cloud.is_empty());
        match cloud {
            #[cfg(feature = "clouds-yaml")]
            Some(cloud) => Self::from_cloud(&cloud),
            #[cfg(not(feature = "clouds-yaml"))]
            Some(_) => Err(Error::invalid(
                "OS_CLOUD names a cloud of clouds.yaml, and the feature `clouds-yaml` of otc-vpn \
                 is off",
            )),
            None => Self::of(&Settings::of_environment(|name| std::env::var_os(name))?),
        }
    }

    /// As [`Client::from_cloud`], to change before [`connect`](Self::connect).
    ///
    /// # Errors
    /// What is missing and in which files, never a value.
    #[cfg(feature = "clouds-yaml")]
    pub fn from_cloud(name: &str) -> Result<Self, Error> {
        let machine = crate::config::Machine {
            folder: std::env::current_dir().unwrap_or_default(),
            variable: &|name| std::env::var_os(name),
            read: &|path| std::fs::read_to_string(path),
        };
        Self::of(&Settings::of_cloud_on(&machine, name)?)
    }

    fn of(settings: &Settings) -> Result<Self, Error> {
        let way = way_in(settings)?;
        let lacks = way.map_or_else(|| lacks_without_a_way(settings), |way| way.lacks(settings));
        let credentials = way.and_then(|way| way.credentials(settings));
        let (Some(credentials), []) = (credentials, lacks.as_slice()) else {
            return Err(settings.lacking(&lacks));
        };
        let mut builder = Self::default().credentials(credentials);
        if let Some(endpoint) = address(settings, Key::Endpoint)? {
            builder = builder.endpoint(endpoint);
        }
        if let Some(identity) = address(settings, Key::AuthUrl)? {
            builder = builder.identity_endpoint(identity);
        }
        if let Some((region, _)) = settings.region() {
            builder = builder.region(region);
        }
        match (settings.get(Key::ProjectId), settings.get(Key::ProjectName)) {
            (Some(id), _) => {
                // The refusal of an id shows it, and it may be something else by mistake.
                let id = ProjectId::try_from(id).map_err(|_| {
                    let name = settings.name(Key::ProjectId);
                    Error::invalid(format_args!("{name} is no id of a project"))
                })?;
                builder = builder.project_id(id);
            }
            (None, Some(name)) => builder = builder.project_name(name),
            (None, None) => {}
        }
        builder.names = Names {
            region: settings.region().map(|(_, key)| settings.name(key)),
            endpoint: Some(settings.name(Key::Endpoint)),
            identity: Some(settings.name(Key::AuthUrl)),
        };
        Ok(builder)
    }
}

/// The scheme, host and port of an address. Whether it may be reached without TLS is
/// judged later, since the caller may still allow it.
fn address(settings: &Settings, key: Key) -> Result<Option<String>, Error> {
    let Some(address) = settings.address(key) else { return Ok(None) };
    match Endpoint::origin_of(&address, true) {
        Ok(origin) => Ok(Some(origin.as_str().to_owned())),
        Err(error) => Err(error.in_context(settings.name(key))),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum WayIn {
    Token,
    AccessKey,
    Password,
}

/// The way in that is asked for, or else the one that lacks least, in most cases nothing;
/// none where none is begun.
fn way_in(settings: &Settings) -> Result<Option<WayIn>, Error> {
    match settings.get(Key::AuthType) {
        Some("token" | "v3token") => return Ok(Some(WayIn::Token)),
        Some("password" | "v3password") => return Ok(Some(WayIn::Password)),
        Some("aksk") => return Ok(Some(WayIn::AccessKey)),
        Some(other) => {
            return Err(Error::invalid(format_args!(
                "{} asks for {other:?}, which is not supported; these are: token, password, aksk",
                settings.name(Key::AuthType)
            )));
        }
        None => {}
    }
    let order = match settings.place() {
        Place::Environment => [WayIn::Token, WayIn::AccessKey, WayIn::Password],
        // The access key of a cloud is there for the object storage, as often as not, and
        // the OpenStack tools do not sign in by it.
        Place::Cloud { .. } => [WayIn::Token, WayIn::Password, WayIn::AccessKey],
    };
    let begun = order.into_iter().filter(|way| way.is_begun(settings));
    Ok(begun.min_by_key(|way| way.lacks(settings).len()))
}

fn lacks_without_a_way(settings: &Settings) -> Vec<Lack> {
    let has = |keys: &[Key]| keys.iter().any(|key| settings.has(*key));
    let mut lacks = vec![settings.lack_of_credentials()];
    if !has(&[Key::Region, Key::Endpoint, Key::AuthUrl]) {
        lacks.push(settings.lack("region", &[Key::Region, Key::Endpoint]));
    }
    if !has(&[Key::ProjectId, Key::ProjectName]) {
        lacks.push(settings.lack("project", &[Key::ProjectId, Key::ProjectName]));
    }
    lacks
}

impl WayIn {
    fn is_begun(self, settings: &Settings) -> bool {
        let keys: &[Key] = match self {
            Self::Token => &[Key::Token],
            Self::AccessKey => &[Key::AccessId, Key::AccessSecret],
            Self::Password => &[Key::Password, Key::UserName, Key::UserId],
        };
        keys.iter().any(|key| settings.has(*key))
    }

    /// All that is missing for a client by this way in.
    fn lacks(self, settings: &Settings) -> Vec<Lack> {
        let has = |keys: &[Key]| keys.iter().any(|key| settings.has(*key));
        let mut lacks = Vec::new();
        let mut need = |what, keys: &[Key]| {
            if !has(keys) {
                lacks.push(settings.lack(what, keys));
            }
        };
        match self {
            Self::Token => need("token", &[Key::Token]),
            Self::AccessKey => {
                need("access key", &[Key::AccessId]);
                need("secret key", &[Key::AccessSecret]);
            }
            Self::Password => {
                need("password", &[Key::Password]);
                need("user", &[Key::UserName, Key::UserId]);
                if !has(&[Key::UserId, Key::DomainName, Key::DomainId]) {
                    need("domain of the user", &[Key::UserDomainName, Key::UserDomainId]);
                }
            }
        }
        match self {
            // The catalogue says where the service is.
            Self::Password => need("identity service", &[Key::AuthUrl, Key::Region]),
            _ => need("region", &[Key::Region, Key::Endpoint]),
        }
        if [Key::AuthUrl, Key::Endpoint].iter().any(|key| settings.holds_region_name(*key)) {
            need("region", &[Key::Region]);
        }
        match self {
            Self::Password => need("project", &[Key::ProjectId, Key::ProjectName]),
            _ => need("project id", &[Key::ProjectId]),
        }
        lacks
    }

    /// The credentials, where they are complete.
    fn credentials(self, settings: &Settings) -> Option<Credentials> {
        match self {
            Self::Token => settings.get(Key::Token).map(Credentials::token),
            Self::AccessKey => {
                let secret = settings.get(Key::AccessSecret)?;
                let key = AccessKey::new(settings.get(Key::AccessId)?, secret);
                Some(Credentials::access_key(match settings.get(Key::SecurityToken) {
                    Some(token) => key.security_token(token),
                    None => key,
                }))
            }
            Self::Password => password(settings).map(Credentials::password),
        }
    }
}

/// The user and the password. What is for users goes before what is for all, and an id
/// before a name.
fn password(settings: &Settings) -> Option<Password> {
    let secret = settings.get(Key::Password)?;
    if let Some(id) = settings.get(Key::UserId) {
        return Some(Password::of_user_id(id, secret));
    }
    let password = Password::new(settings.get(Key::UserName)?, secret);
    let keys = [Key::UserDomainId, Key::UserDomainName, Key::DomainId, Key::DomainName];
    let (key, domain) = keys.iter().find_map(|key| Some((*key, settings.get(*key)?)))?;
    Some(match key {
        Key::UserDomainId | Key::DomainId => password.domain_id(domain),
        _ => password.domain(domain),
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    #[test]
    fn what_a_method_gives_later_is_not_told_as_a_setting() {
        let settings = Settings::of_environment(|name| match name {
            "OS_USER_ID" | "OS_PASSWORD" | "OS_PROJECT_ID" => Some(OsString::from("hunter2")),
            "OS_REGION_NAME" => Some(OsString::from("eu-ch2")),
            _ => None,
        });
        let builder = ClientBuilder::of(&settings.unwrap()).unwrap();
        let refused = |builder: ClientBuilder| builder.build().unwrap_err().to_string();
        let of_setting = refused(builder.clone());
        assert!(of_setting.starts_with("OS_REGION_NAME: \"eu-ch2\" is no"), "{of_setting}");
        let region = refused(builder.clone().region("mars"));
        assert!(region.starts_with("\"mars\" is no region"), "{region}");
        let endpoint = refused(builder.clone().endpoint("http://vpn.example"));
        assert!(endpoint.starts_with("the endpoint at vpn.example"), "{endpoint}");
        let builder = builder.endpoint("https://vpn.example");
        let identity = refused(builder.identity_endpoint("http://iam.example"));
        assert!(identity.starts_with("the endpoint at iam.example"), "{identity}");
    }
}
