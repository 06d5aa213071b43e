//! The one account that the simulator knows.

pub(super) const PROJECT_ID: &str = "0123456789abcdef0123456789abcdef";
pub(super) const PROJECT_NAME: &str = "eu-de_simulated";
pub(super) const TOKEN: &str = "simulated-token";
pub(super) const USER: &str = "simulated-user";
pub(super) const USER_ID: &str = "5eed0000000000000000000000000001";
pub(super) const DOMAIN: &str = "OTC-SIMULATED";
pub(super) const DOMAIN_ID: &str = "5eed0000000000000000000000000002";
pub(super) const PASSWORD: &str = "simulated-password";
pub(super) const ACCESS_KEY: &str = "SIMULATEDACCESSKEY";
pub(super) const SECRET_KEY: &str = "simulated-secret-key";
pub(super) const SECURITY_TOKEN: &str = "simulated-security-token";

pub(super) const CLOUD: &str = "simulator";

/// A `clouds.yaml` for the simulator at this address.
pub(super) fn clouds_yaml(endpoint: &str) -> String {
    format!(
        "\
clouds:
  {CLOUD}:
    auth:
      auth_url: {endpoint}/v3
      username: {USER}
      password: {PASSWORD}
      user_domain_name: {DOMAIN}
      project_name: {PROJECT_NAME}
"
    )
}
