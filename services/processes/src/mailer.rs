//! Mailer: hands over mail that is to go out, from `vault.mail`, to a mail server or into a folder.
//!
//! A mail is deleted in the transaction in which it was handed over. A crash between the two hands it over again: better
//! an invitation twice than none.

use anyhow::Context as _;
use lettre::message::header::ContentType;
use lettre::{AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;
use sqlx::{FromRow, PgConnection};
use std::time::Duration;
use uuid::Uuid;
use waybill_runtime::Context;

const TICK: Duration = Duration::from_millis(500);
/// After this many attempts, over some three days, it is given up.
const ATTEMPTS: i32 = 20;

#[derive(FromRow)]
struct Mail {
    mail_id: Uuid,
    recipient: String,
    subject: String,
    body: String,
    attempts: i32,
}

enum Way {
    Server(AsyncSmtpTransport<Tokio1Executor>),
    Folder(AsyncFileTransport<Tokio1Executor>),
    /// Nothing is configured: mail waits.
    None,
}

pub async fn run(context: Context) -> anyhow::Result<()> {
    let way = Way::of(&context).await?;
    let mut tick = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            () = context.stop.cancelled() => return Ok(()),
            _ = tick.tick(), if !matches!(way, Way::None) => while hand_over(&context, &way).await? {},
        }
    }
}

impl Way {
    async fn of(context: &Context) -> anyhow::Result<Self> {
        if let Some(url) = &context.config.smtp_url {
            let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret());
            return Ok(Self::Server(server.context("WAYBILL_SMTP_URL cannot be used")?.build()));
        }
        let Some(folder) = &context.config.mail_folder else {
            tracing::info!("no mail server is configured: mail waits");
            return Ok(Self::None);
        };
        tokio::fs::create_dir_all(folder).await.with_context(|| format!("making {}", folder.display()))?;
        Ok(Self::Folder(AsyncFileTransport::new(folder)))
    }

    async fn send(&self, message: Message) -> anyhow::Result<()> {
        match self {
            Self::Server(server) => drop(server.send(message).await.map_err(|error| without_words(&error))?),
            Self::Folder(folder) => drop(folder.send(message).await?),
            Self::None => {}
        }
        Ok(())
    }
}

/// What went wrong, without the server's words: they often repeat the address.
fn without_words(error: &lettre::transport::smtp::Error) -> anyhow::Error {
    match error.status() {
        Some(code) => anyhow::anyhow!("the mail server answered {code}"),
        None if error.is_timeout() => anyhow::anyhow!("the mail server does not answer"),
        None => anyhow::anyhow!("the mail server cannot be talked to"),
    }
}

/// The mail that is due first; answers whether there was one.
async fn hand_over(context: &Context, way: &Way) -> anyhow::Result<bool> {
    let now = context.clock.now();
    let mut transaction = context.store.database.system.begin().await?;
    let mail: Option<Mail> = sqlx::query_as(
        "select mail_id, recipient, subject, body, attempts from vault.mail where due_at <= $1
         order by due_at limit 1 for update skip locked",
    )
    .bind(now)
    .fetch_optional(&mut *transaction)
    .await?;
    let Some(mail) = mail else { return Ok(false) };
    let sent = match message(&context.config.mail_from, &mail) {
        Ok(message) => tokio::time::timeout(Duration::from_secs(5), way.send(message))
            .await
            .unwrap_or_else(|_| Err(anyhow::anyhow!("the mail server does not answer"))),
        Err(error) => Err(error),
    };
    match sent {
        Ok(()) => {
            metrics::counter!("mails_sent_total").increment(1);
            delete(&mut transaction, mail.mail_id).await?;
        }
        // Neither the address nor what was in it is told: both are personal.
        Err(error) if mail.attempts + 1 >= ATTEMPTS => {
            tracing::error!(mail = %mail.mail_id, error = format!("{error:#}"), "a mail is given up");
            metrics::counter!("mails_given_up_total").increment(1);
            delete(&mut transaction, mail.mail_id).await?;
        }
        Err(error) => {
            tracing::warn!(mail = %mail.mail_id, error = format!("{error:#}"), "a mail is tried again later");
            let wait = chrono::TimeDelta::seconds(15 << mail.attempts.min(10));
            sqlx::query("update vault.mail set attempts = attempts + 1, due_at = $2 where mail_id = $1")
                .bind(mail.mail_id)
                .bind(now + wait)
                .execute(&mut *transaction)
                .await?;
        }
    }
    transaction.commit().await?;
    Ok(true)
}

fn message(from: &str, mail: &Mail) -> anyhow::Result<Message> {
    Message::builder()
        .from(from.parse().context("WAYBILL_MAIL_FROM is not an address")?)
        .to(mail.recipient.parse().map_err(|_| anyhow::anyhow!("the recipient is not an address"))?)
        .subject(&mail.subject)
        .header(ContentType::TEXT_PLAIN)
        .body(mail.body.clone())
        .context("a mail cannot be written")
}

async fn delete(connection: &mut PgConnection, mail: Uuid) -> sqlx::Result<()> {
    sqlx::query("delete from vault.mail where mail_id = $1").bind(mail).execute(connection).await?;
    Ok(())
}
