//! The names that users of OpenStack have for their settings.

/// A setting, by all of its names: in lower case those in a cloud of `clouds.yaml`, in
/// upper case those in the environment. The first that is set counts.
pub(crate) type Key = &'static [&'static str];

macro_rules! keys {
    ($($key:ident: $($name:literal),+;)+) => {
        $(pub(crate) const $key: Key = &[$($name),+];)+

        /// Every setting.
        pub(super) const ALL: &[Key] = &[$($key),+];
    };
}

keys! {
    AUTH_TYPE: "auth_type", "OS_AUTH_TYPE";
    AUTH_URL: "auth_url", "OS_AUTH_URL";
    ENDPOINT: "evpn_endpoint_override", "vpn_endpoint_override", "OTC_VPN_ENDPOINT";
    // A profile, which older files call `cloud`, stands for its first region.
    REGION: "region_name", "profile", "cloud", "OS_REGION_NAME";
    PROJECT_ID: "project_id", "tenant_id", "OS_PROJECT_ID", "OS_TENANT_ID";
    PROJECT_NAME: "project_name", "tenant_name", "OS_PROJECT_NAME", "OS_TENANT_NAME";
    TOKEN: "token", "auth_token", "OS_TOKEN", "OS_AUTH_TOKEN";
    USERNAME: "username", "user_name", "OS_USERNAME";
    USER_ID: "user_id", "OS_USER_ID";
    PASSWORD: "password", "OS_PASSWORD";
    USER_DOMAIN_ID: "user_domain_id", "OS_USER_DOMAIN_ID";
    USER_DOMAIN_NAME: "user_domain_name", "OS_USER_DOMAIN_NAME";
    DOMAIN_ID: "domain_id", "OS_DOMAIN_ID";
    DOMAIN_NAME: "domain_name", "OS_DOMAIN_NAME";
    ACCESS_KEY: "access_key", "ak", "OS_ACCESS_KEY";
    SECRET_KEY: "secret_key", "sk", "OS_SECRET_KEY";
    SECURITY_TOKEN: "security_token", "OS_SECURITY_TOKEN";
    CACERT: "cacert", "OS_CACERT";
    VERIFY: "verify";
    INSECURE: "insecure", "OS_INSECURE";
}

/// The settings that a cloud has below `auth` rather than beside it. In the other place
/// they are read too, but do not override these, as with the OpenStack tools.
#[cfg(feature = "clouds-yaml")]
pub(super) const BELOW_AUTH: [Key; 7] =
    [AUTH_URL, USERNAME, USER_ID, PASSWORD, ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN];
