//! The names that users of OpenStack have for their settings.

/// A setting, by all of its names: in lower case those in a cloud of `clouds.yaml`, in
/// upper case those in the environment. The first that is set counts.
pub(crate) type Key = &'static [&'static str];

pub(crate) const AUTH_TYPE: Key = &["auth_type", "OS_AUTH_TYPE"];
pub(crate) const AUTH_URL: Key = &["auth_url", "OS_AUTH_URL"];
pub(crate) const ENDPOINT: Key =
    &["evpn_endpoint_override", "vpn_endpoint_override", "OTC_VPN_ENDPOINT"];
/// A profile, which older files call `cloud`, stands for its first region.
pub(crate) const REGION: Key = &["region_name", "profile", "cloud", "OS_REGION_NAME"];
pub(crate) const PROJECT_ID: Key = &["project_id", "tenant_id", "OS_PROJECT_ID", "OS_TENANT_ID"];
pub(crate) const PROJECT_NAME: Key =
    &["project_name", "tenant_name", "OS_PROJECT_NAME", "OS_TENANT_NAME"];
pub(crate) const TOKEN: Key = &["token", "auth_token", "OS_TOKEN", "OS_AUTH_TOKEN"];
pub(crate) const USERNAME: Key = &["username", "user_name", "OS_USERNAME"];
pub(crate) const USER_ID: Key = &["user_id", "OS_USER_ID"];
pub(crate) const PASSWORD: Key = &["password", "OS_PASSWORD"];
pub(crate) const USER_DOMAIN_ID: Key = &["user_domain_id", "OS_USER_DOMAIN_ID"];
pub(crate) const USER_DOMAIN_NAME: Key = &["user_domain_name", "OS_USER_DOMAIN_NAME"];
pub(crate) const DOMAIN_ID: Key = &["domain_id", "OS_DOMAIN_ID"];
pub(crate) const DOMAIN_NAME: Key = &["domain_name", "OS_DOMAIN_NAME"];
pub(crate) const ACCESS_KEY: Key = &["access_key", "ak", "OS_ACCESS_KEY"];
pub(crate) const SECRET_KEY: Key = &["secret_key", "sk", "OS_SECRET_KEY"];
pub(crate) const SECURITY_TOKEN: Key = &["security_token", "OS_SECURITY_TOKEN"];
pub(crate) const CACERT: Key = &["cacert", "OS_CACERT"];
pub(crate) const VERIFY: Key = &["verify"];
pub(crate) const INSECURE: Key = &["insecure", "OS_INSECURE"];

/// The settings that a cloud has below `auth` rather than beside it. In the other place
/// they are read too, but do not override these, as with the OpenStack tools.
pub(super) const BELOW_AUTH: [Key; 7] =
    [AUTH_URL, USERNAME, USER_ID, PASSWORD, ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN];
const BESIDE_AUTH: [Key; 13] = [
    AUTH_TYPE,
    ENDPOINT,
    REGION,
    PROJECT_ID,
    PROJECT_NAME,
    TOKEN,
    USER_DOMAIN_ID,
    USER_DOMAIN_NAME,
    DOMAIN_ID,
    DOMAIN_NAME,
    CACERT,
    VERIFY,
    INSECURE,
];

/// Every name of every setting.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    BELOW_AUTH.into_iter().chain(BESIDE_AUTH).flatten().copied()
}
