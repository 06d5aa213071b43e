//! From the settings that users have already to a client.

use super::{Client, ClientBuilder};
use crate::auth::{AccessKey, Credentials, Password};
use crate::config::{Key, Settings};
use crate::error::Error;

impl Client {
    /// A client from the variables of the environment that OpenStack tools use.
    ///
    /// | for | variables |
    /// | --- | --- |
    /// | a token | `OS_TOKEN` (`OS_AUTH_TOKEN`) |
    /// | an access key | `OS_ACCESS_KEY`, `OS_SECRET_KEY`, perhaps `OS_SECURITY_TOKEN` |
    /// | a password | `OS_USERNAME` and `OS_USER_DOMAIN_NAME` (`OS_DOMAIN_NAME`), or `OS_USER_ID`; `OS_PASSWORD` |
    /// | the project | `OS_PROJECT_ID`, or with a password `OS_PROJECT_NAME` (`OS_TENANT_NAME`) |
    /// | where | `OS_REGION_NAME`; `OS_AUTH_URL` with a password; `OTC_VPN_ENDPOINT` |
    ///
    /// Where several ways in are set, the first of this table is taken, unless
    /// `OS_AUTH_TYPE` says `token`, `password` or `aksk`. What is set to nothing is not
    /// set. With `OS_CLOUD`, the cloud of that name counts and nothing else, as in
    /// `from_cloud` (feature `clouds-yaml`).
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
    /// The file is the one that `OS_CLIENT_CONFIG_FILE` names, or `clouds.yaml` in the
    /// present folder, in `~/.config/openstack` or in `/etc/openstack`; what `secure.yaml`
    /// says, in the same places, goes first.
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
            variable: &|name| std::env::var_os(name),
            read: &|path| std::fs::read_to_string(path),
        };
        Self::of(&Settings::of_cloud_on(&machine, name)?)
    }

    fn of(settings: &Settings) -> Result<Self, Error> {
        let way = way_in(settings)?;
        let mut builder = Self::default().credentials(credentials(settings, way)?);
        builder = match (settings.get(Key::Endpoint), settings.get(Key::Region)) {
            (Some(endpoint), _) => builder.endpoint(endpoint),
            (None, Some(region)) => builder.region(region),
            // The catalogue says where the service is.
            (None, None) if way == WayIn::Password => builder,
            (None, None) => {
                return Err(settings.missing(&[Key::Region, Key::Endpoint], "region"));
            }
        };
        if let Some(identity) = settings.get(Key::AuthUrl) {
            builder = builder.identity_endpoint(identity);
        } else if way == WayIn::Password && settings.get(Key::Region).is_none() {
            return Err(settings.missing(&[Key::AuthUrl, Key::Region], "identity service"));
        }
        match (settings.get(Key::ProjectId), settings.get(Key::ProjectName)) {
            (Some(id), _) => Ok(builder.project_id(id)),
            (None, Some(name)) if way == WayIn::Password => Ok(builder.project_name(name)),
            (None, _) if way == WayIn::Password => {
                Err(settings.missing(&[Key::ProjectId, Key::ProjectName], "project"))
            }
            (None, _) => Err(settings.missing(&[Key::ProjectId], "project id")),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum WayIn {
    Token,
    AccessKey,
    Password,
}

fn way_in(settings: &Settings) -> Result<WayIn, Error> {
    match settings.get(Key::AuthType) {
        Some("token" | "v3token") => return Ok(WayIn::Token),
        Some("password" | "v3password") => return Ok(WayIn::Password),
        Some("aksk") => return Ok(WayIn::AccessKey),
        Some(other) => {
            return Err(Error::invalid(format_args!(
                "{} asks for {other:?}, which is not supported; these are: token, password, aksk",
                settings.name(Key::AuthType)
            )));
        }
        None => {}
    }
    let has = |keys: &[Key]| keys.iter().any(|key| settings.get(*key).is_some());
    if has(&[Key::Token]) {
        Ok(WayIn::Token)
    } else if has(&[Key::AccessId, Key::AccessSecret]) {
        Ok(WayIn::AccessKey)
    } else if has(&[Key::Password, Key::UserName, Key::UserId]) {
        Ok(WayIn::Password)
    } else {
        let name = |key| settings.name(key);
        Err(Error::invalid(format_args!(
            "no credentials: {} lacks {}, or {} and {}, or {}, {} and {}",
            settings.place(),
            name(Key::Token),
            name(Key::AccessId),
            name(Key::AccessSecret),
            name(Key::UserName),
            name(Key::Password),
            name(Key::DomainName),
        )))
    }
}

fn credentials(settings: &Settings, way: WayIn) -> Result<Credentials, Error> {
    match way {
        WayIn::Token => settings.need(Key::Token, "token").map(Credentials::token),
        WayIn::AccessKey => {
            let access_key = settings.need(Key::AccessId, "access key")?;
            let key = AccessKey::new(access_key, settings.need(Key::AccessSecret, "secret key")?);
            Ok(Credentials::access_key(match settings.get(Key::SecurityToken) {
                Some(token) => key.security_token(token),
                None => key,
            }))
        }
        WayIn::Password => {
            let secret = settings.need(Key::Password, "password")?;
            if let Some(id) = settings.get(Key::UserId) {
                return Ok(Credentials::password(Password::of_user_id(id, secret)));
            }
            let user = settings.get(Key::UserName);
            let user =
                user.ok_or_else(|| settings.missing(&[Key::UserName, Key::UserId], "user"))?;
            let password = Password::new(user, secret);
            match (settings.get(Key::DomainName), settings.get(Key::DomainId)) {
                (Some(name), _) => Ok(Credentials::password(password.domain(name))),
                (None, Some(id)) => Ok(Credentials::password(password.domain_id(id))),
                (None, None) => {
                    Err(settings.missing(&[Key::DomainName, Key::DomainId], "domain of the user"))
                }
            }
        }
    }
}
