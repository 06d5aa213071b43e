//! Clients from the settings that users of OpenStack already have.

use super::Client;
use super::auth_methods::credentials;
use super::builder::{ClientBuilder, Given};
use crate::config::names::{
    AUTH_URL, CACERT, ENDPOINT, INSECURE, Key, PROJECT_ID, PROJECT_NAME, REGION, VERIFY,
};
use crate::config::{Endpoint, Settings, System};
use crate::document::limits;
use crate::error::Error;
use crate::ids::ProjectId;
use crate::transport::http_client;

impl Client {
    /// A client from the environment variables that OpenStack tools use.
    ///
    /// | for | variables |
    /// | --- | --- |
    /// | a token | `OS_TOKEN` (`OS_AUTH_TOKEN`) |
    /// | an access key | `OS_ACCESS_KEY`, `OS_SECRET_KEY`, optionally `OS_SECURITY_TOKEN` |
    /// | a password | `OS_PASSWORD`; `OS_USER_ID`, or `OS_USERNAME` and one of `OS_USER_DOMAIN_ID`, `OS_USER_DOMAIN_NAME`, `OS_DOMAIN_ID`, `OS_DOMAIN_NAME` |
    /// | the project | `OS_PROJECT_ID` (`OS_TENANT_ID`), or with a password `OS_PROJECT_NAME` (`OS_TENANT_NAME`) |
    /// | the service | `OS_REGION_NAME` or `OTC_VPN_ENDPOINT`; with a password also `OS_AUTH_URL`, by default that of the region |
    /// | certificates | `OS_CACERT`, a PEM file of authorities to trust beside those of the system |
    ///
    /// The first authentication method of this table that is complete is used, unless
    /// `OS_AUTH_TYPE` says `token`, `password` or `aksk`. The user's domain overrides the
    /// general one, and an id overrides a name. `{region_name}` in an address stands for the
    /// region; only the scheme, host and port of an address are used. An empty variable
    /// counts as unset. `OS_CLOUD` selects a cloud, as in `from_cloud` (feature
    /// `clouds-yaml`); the other variables of this table are then ignored. `OS_INSECURE` is
    /// rejected: certificates are always verified.
    ///
    /// # Errors
    /// When variables are missing or invalid: by name, never with a secret value. And as
    /// [`ClientBuilder::connect`].
    pub async fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.connect().await
    }

    /// A client for a cloud in `clouds.yaml`.
    ///
    /// The file is the first that can be read: the one that `OS_CLIENT_CONFIG_FILE` names, or
    /// `clouds.yaml` or `clouds.yml` in the current directory, `$XDG_CONFIG_HOME/openstack`,
    /// `~/.config/openstack` or `/etc/openstack`. `secure.yaml`, which is searched for in the
    /// same places, first in `OS_CLIENT_SECURE_FILE`, overrides it. Other variables are ignored.
    ///
    /// The settings have the names of the variables of [`from_env`](Self::from_env), in lower
    /// case and without `OS_`, below `auth` or beside it: `password` for `OS_PASSWORD`. The
    /// endpoint is `evpn_endpoint_override` (`vpn_endpoint_override`), and an access key may
    /// also be `ak` and `sk`. The region is `region_name`, or else the first of `regions`, or
    /// else the first of the `profile` (`cloud`), which is `otc` or `otc-swiss`. What `regions`
    /// holds under `values` for that region overrides the rest of the cloud.
    ///
    /// The first of a token, a password and an access key that is complete is used, unless
    /// `auth_type` says which. Every setting must be a string in YAML: a number or a `yes`
    /// without quotes is rejected. So are `verify: false` and `insecure: true`: certificates
    /// are always verified.
    ///
    /// # Errors
    /// When settings are missing or invalid: by name and file, never with a secret value.
    /// And as [`ClientBuilder::connect`].
    #[cfg(feature = "clouds-yaml")]
    pub async fn from_cloud(name: &str) -> Result<Self, Error> {
        ClientBuilder::from_cloud(name)?.connect().await
    }
}

impl ClientBuilder {
    /// Like [`Client::from_env`], for changes before [`connect`](Self::connect).
    ///
    /// # Errors
    /// When variables are missing or invalid: by name, never with a secret value.
    pub fn from_env() -> Result<Self, Error> {
        match std::env::var("OS_CLOUD") {
            #[cfg(feature = "clouds-yaml")]
            Ok(cloud) if !cloud.is_empty() => Self::from_cloud(&cloud),
            #[cfg(not(feature = "clouds-yaml"))]
            Ok(cloud) if !cloud.is_empty() => Err(Error::invalid(
                "OS_CLOUD selects a cloud in clouds.yaml, which needs the feature `clouds-yaml` \
                 of otc-vpn",
            )),
            _ => {
                let system = System::current();
                Self::from_settings(&Settings::from_env(&system)?, &system)
            }
        }
    }

    /// Like [`Client::from_cloud`], for changes before [`connect`](Self::connect).
    ///
    /// # Errors
    /// When settings are missing or invalid: by name and file, never with a secret value.
    #[cfg(feature = "clouds-yaml")]
    pub fn from_cloud(name: &str) -> Result<Self, Error> {
        let system = System::current();
        Self::from_settings(&Settings::from_cloud(&system, name)?, &system)
    }

    fn from_settings(settings: &Settings, system: &System<'_>) -> Result<Self, Error> {
        reject_insecure(settings)?;
        let mut builder = Self::default().credentials(credentials(settings)?);
        builder.region = Given::by_setting(settings.get(REGION), settings.name(REGION));
        builder.endpoint = address(settings, ENDPOINT)?;
        builder.identity = address(settings, AUTH_URL)?;
        if let Some(id) = settings.get(PROJECT_ID) {
            // The error of an id shows it, and it may be a secret in the wrong place.
            let id = ProjectId::try_from(id).map_err(|_| {
                let (name, limits) = (settings.name(PROJECT_ID), limits::PROJECT_ID);
                Error::invalid(format_args!(
                    "{name} is not a valid project id; must be {} to {} of these characters: {}",
                    limits.min_length, limits.max_length, limits.characters
                ))
            })?;
            builder = builder.project_id(id);
        } else if let Some(name) = settings.get(PROJECT_NAME) {
            builder = builder.project_name(name);
        }
        if let Some(path) = settings.get(CACERT) {
            let pem = root_certificates(path, system);
            let pem = pem.map_err(|error| error.in_context(settings.name(CACERT)))?;
            builder = builder.root_certificates(pem);
        }
        Ok(builder)
    }
}

/// The scheme, host and port of an address. `http` is checked when the client is built,
/// since the caller may still allow it.
fn address(settings: &Settings, key: Key) -> Result<Given, Error> {
    let name = settings.name(key);
    let origin = settings.address(key).map(|address| Endpoint::origin_of(&address, true));
    let origin = origin.transpose().map_err(|error| error.in_context(name))?;
    Ok(Given::by_setting(origin.as_ref().map(Endpoint::as_str), name))
}

/// Rejects settings that switch the verification of certificates off.
fn reject_insecure(settings: &Settings) -> Result<(), Error> {
    let secure = [(VERIFY, ["true", "yes", "on", "1"]), (INSECURE, ["false", "no", "off", "0"])];
    let insecure = secure.into_iter().find(|(key, allowed)| {
        let value = settings.get(key);
        value.is_some_and(|value| !allowed.iter().any(|text| text.eq_ignore_ascii_case(value)))
    });
    let Some((key, _)) = insecure else { return Ok(()) };
    Err(Error::invalid(format_args!(
        "{}: certificates are always verified, since otherwise anyone on the network could read \
         the credentials and pre-shared keys; to trust a certificate authority of your own, set \
         {} to its PEM file",
        settings.name(key),
        settings.name(CACERT)
    )))
}

fn root_certificates(path: &str, system: &System<'_>) -> Result<Vec<u8>, Error> {
    let path = match (path.strip_prefix("~/"), system.path("HOME")) {
        (Some(path), Some(home)) => home.join(path),
        _ => system.folder.join(path),
    };
    let pem = (system.read)(&path).map_err(Error::invalid).and_then(|pem| {
        match http_client::are_certificates(&pem) {
            true => Ok(pem),
            false => Err(Error::invalid("must contain valid certificates in PEM format")),
        }
    });
    pem.map_err(|error| error.in_context(&path.display().to_string()))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    #[test]
    fn a_value_set_later_by_a_method_is_not_reported_as_a_setting() {
        let system = System {
            variable: &|name| match name {
                "OS_USER_ID" | "OS_PASSWORD" | "OS_PROJECT_ID" => Some(OsString::from("hunter2")),
                "OS_REGION_NAME" => Some(OsString::from("eu-ch2")),
                _ => None,
            },
            ..System::current()
        };
        let settings = Settings::from_env(&system).unwrap();
        let builder = ClientBuilder::from_settings(&settings, &system).unwrap();
        let error_of = |builder: ClientBuilder| builder.build().unwrap_err().to_string();
        let of_setting = error_of(builder.clone());
        assert!(
            of_setting.starts_with("OS_REGION_NAME: no endpoint is documented"),
            "{of_setting}"
        );
        let region = error_of(builder.clone().region("mars"));
        assert!(
            region.starts_with("no endpoint is documented for the region \"mars\""),
            "{region}"
        );
        let endpoint = error_of(builder.clone().endpoint("http://vpn.example"));
        assert!(endpoint.starts_with("the endpoint at vpn.example"), "{endpoint}");
        let builder = builder.endpoint("https://vpn.example");
        let identity = error_of(builder.identity_endpoint("http://iam.example"));
        assert!(identity.starts_with("the endpoint at iam.example"), "{identity}");
    }
}
