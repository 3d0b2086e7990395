//! The configured providers, and what is said to them.

use super::SsoProvider;
use anyhow::Context as _;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope, TokenResponse,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// How long what a provider says of itself is believed; its keys may change.
const FRESH: Duration = Duration::from_secs(600);
const PATIENCE: Duration = Duration::from_secs(10);
/// Of an answer of a provider.
const LARGEST: usize = 1 << 20;

/// One provider, as the file of providers has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// In addresses: letters, digits and `-`.
    id: String,
    /// On the button.
    name: String,
    issuer: String,
    client_id: String,
    client_secret: SecretString,
    /// Whether people who are not known here may come in with it.
    #[serde(default)]
    sign_up: bool,
    /// Only addresses of these domains; any when empty.
    #[serde(default)]
    domains: Vec<String>,
}

/// All providers of this installation.
#[derive(Default)]
pub struct Sso {
    providers: Vec<Provider>,
}

pub struct Provider {
    settings: Settings,
    redirect: RedirectUrl,
    http: reqwest::Client,
    known: Mutex<Option<(Instant, Arc<CoreProviderMetadata>)>>,
}

/// A sign-in that was begun: where the browser goes, and what has to be remembered until it comes back.
pub struct Begun {
    pub url: String,
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

/// What the provider said of a person, checked.
#[derive(Debug)]
pub struct Claims {
    pub issuer: String,
    pub subject: String,
    pub email: Option<String>,
    pub email_verified: bool,
    pub name: Option<String>,
}

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

impl Sso {
    /// From a file of JSON, a list of providers.
    pub fn read(path: &Path, public_url: &str) -> anyhow::Result<Self> {
        let text = waybill_runtime::config::read_secret(path)?;
        // serde's message names the place and the field, never a value of the file.
        let all: Vec<Settings> = serde_json::from_str(text.expose_secret())
            .with_context(|| format!("{} is not a list of providers", path.display()))?;
        let http = reqwest::Client::builder()
            // A provider that sends us elsewhere could send us to this machine.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()?;
        let mut providers: Vec<Provider> = Vec::with_capacity(all.len());
        for settings in all {
            let good = |sign: u8| sign.is_ascii_alphanumeric() || sign == b'-';
            anyhow::ensure!(
                !settings.id.is_empty() && settings.id.bytes().all(good),
                "`{}` is no id of a provider: letters, digits and `-`",
                settings.id
            );
            let twice = providers.iter().any(|other| other.settings.id == settings.id);
            anyhow::ensure!(!twice, "there are two providers `{}`", settings.id);
            let root = public_url.trim_end_matches('/');
            let redirect = format!("{root}/api/v1/auth/oidc/{}/callback", settings.id);
            providers.push(Provider {
                redirect: RedirectUrl::new(redirect)?,
                settings,
                http: http.clone(),
                known: Mutex::default(),
            });
        }
        Ok(Self { providers })
    }

    pub fn listed(&self) -> Vec<SsoProvider> {
        let show = |it: &Provider| SsoProvider { id: it.settings.id.clone(), name: it.settings.name.clone() };
        self.providers.iter().map(show).collect()
    }

    pub fn find(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|it| it.settings.id == id)
    }

    /// As people know it; its id once it is no longer configured.
    pub fn name(&self, id: &str) -> String {
        self.find(id).map_or(id, |it| it.settings.name.as_str()).to_owned()
    }
}

impl Provider {
    pub fn id(&self) -> &str {
        &self.settings.id
    }

    /// Whether somebody with this address may come in who is not known here.
    pub fn admits(&self, email: &str) -> bool {
        self.settings.sign_up && self.is_of_a_domain(email)
    }

    pub fn is_of_a_domain(&self, email: &str) -> bool {
        let domain = email.rsplit('@').next().unwrap_or_default();
        self.settings.domains.is_empty() || self.settings.domains.iter().any(|it| it.eq_ignore_ascii_case(domain))
    }

    pub async fn begin(&self) -> anyhow::Result<Begun> {
        let client = self.client().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        Ok(Begun {
            url: url.into(),
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        })
    }

    /// Exchanges the code and checks the ID token: its signature, issuer, audience, age, nonce and the token's hash.
    pub async fn complete(&self, code: String, nonce: String, verifier: String) -> anyhow::Result<Claims> {
        let client = self.client().await?;
        let http = |request| call(self.http.clone(), request);
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&http)
            .await
            .map_err(|error| anyhow::anyhow!("the code was not exchanged: {}", kind(&error)))?;
        let id_token = tokens.id_token().context("the provider sent no ID token")?;
        let verifying = client.id_token_verifier();
        let claims = id_token.claims(&verifying, &Nonce::new(nonce))?;
        if let Some(expected) = claims.access_token_hash() {
            let (algorithm, key) = (id_token.signing_alg()?, id_token.signing_key(&verifying)?);
            let found = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)?;
            anyhow::ensure!(found == *expected, "the access token is not the one of the ID token");
        }
        Ok(Claims {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            email: claims.email().map(|email| email.to_string()),
            email_verified: claims.email_verified().unwrap_or(false),
            name: claims.name().and_then(|name| name.get(None)).map(|name| name.to_string()),
        })
    }

    async fn client(&self) -> anyhow::Result<Client> {
        let metadata = (*self.metadata().await?).clone();
        let id = ClientId::new(self.settings.client_id.clone());
        let secret = ClientSecret::new(self.settings.client_secret.expose_secret().to_owned());
        Ok(CoreClient::from_provider_metadata(metadata, id, Some(secret)).set_redirect_uri(self.redirect.clone()))
    }

    async fn metadata(&self) -> anyhow::Result<Arc<CoreProviderMetadata>> {
        let mut known = self.known.lock().await;
        if let Some((_, metadata)) = known.as_ref().filter(|(since, _)| since.elapsed() < FRESH) {
            return Ok(metadata.clone());
        }
        let http = |request| call(self.http.clone(), request);
        let issuer = IssuerUrl::new(self.settings.issuer.clone())?;
        let found = CoreProviderMetadata::discover_async(issuer, &http).await;
        let found = Arc::new(found.map_err(|error| anyhow::anyhow!("the provider cannot be discovered: {error}"))?);
        *known = Some((Instant::now(), found.clone()));
        Ok(found)
    }
}

/// What went wrong, without what was said.
fn kind<T: openidconnect::ErrorResponse, E: std::error::Error>(
    error: &openidconnect::RequestTokenError<E, T>,
) -> &'static str {
    match error {
        openidconnect::RequestTokenError::ServerResponse(_) => "the provider refused it",
        openidconnect::RequestTokenError::Request(_) => "the provider cannot be reached",
        _ => "the provider's answer cannot be read",
    }
}

#[derive(Debug, thiserror::Error)]
enum CallError {
    #[error("the provider cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    #[error("the provider's answer is too large")]
    TooLarge,
    #[error(transparent)]
    Http(#[from] axum::http::Error),
}

/// The library's requests by our client: it brings another version of the same.
async fn call(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, CallError> {
    let mut response = client.execute(request.try_into()?).await?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST {
            return Err(CallError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    let mut answer = axum::http::Response::builder().status(response.status());
    for (name, value) in response.headers() {
        answer = answer.header(name, value);
    }
    Ok(answer.body(body)?)
}
