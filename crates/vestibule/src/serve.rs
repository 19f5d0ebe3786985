//! A server from its first line to its last: opens, listens, says so, serves, and ends in order.

use std::io;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;
use vestibule_console::{LocalMailbox, WrittenMail};
use vestibule_delivery::{Destination, Mail, Mailer, Scribe};
use vestibule_storage::{OpenOptions, OutboxMail, SecretKey, Store};
use vestibule_web::{App, MetricsPlace, OperatorKey, Place, PublicUrl, RateLimiting, SetUpSecret};

use crate::command_line::Filling;
use crate::failure::{Failure, Kind};
use crate::settings::{Address, Settings, Switch};
use crate::terminal::print;
use crate::{demo, housekeeping, secret_key};

/// How long mails that are under way hold up the end of a server.
const MAILER_END: Duration = Duration::from_secs(5);
/// How long a name lookup or a query that hangs holds up the end of the process.
const RUNTIME_END: Duration = Duration::from_secs(2);

/// Serves until told to stop.
///
/// # Errors
/// Whatever keeps it from starting, with its exit code.
pub(crate) fn serve(settings: &Settings, filling: Filling) -> Result<(), Failure> {
    let store = Store::open(settings.database.reveal(), OpenOptions::server())?;
    let key = match (&settings.secret_key, settings.database.file()) {
        (Some(key), _) => key.clone(),
        (None, Some(file)) => secret_key::beside(file)?,
        (None, None) => return Err(Failure::usage("setting `secret_key` is missing")),
    };
    let runtime = Runtime::new().map_err(|error| {
        Failure::because(
            Kind::System,
            "the server's threads cannot be started",
            &error,
        )
    })?;
    let served = runtime.block_on(run(settings, store, key, filling));
    runtime.shutdown_timeout(RUNTIME_END);
    served
}

async fn run(
    settings: &Settings,
    store: Store,
    key: SecretKey,
    filling: Filling,
) -> Result<(), Failure> {
    let stop = stop_signal()?;
    let (listener, address) = listen(&settings.listen).await?;
    let metrics_listener = match &settings.metrics_listen {
        Some(address) => Some(listen(address).await?.0),
        None => None,
    };
    let public_url = public_url(settings, &address)?;
    print(&format!(
        "address: http://{address}\ndatabase: {}",
        settings.database
    ));

    let notice = match filling {
        Filling::Demo => Some(demo::fill(&store).await?),
        Filling::Nothing => None,
    };
    let set_up = match store.is_empty().await? {
        true => Some(SetUpSecret::random().map_err(|error| {
            Failure::because(Kind::System, "the system gives no randomness", &error)
        })?),
        false => None,
    };
    let scribe = scribe(&key, &public_url)?;
    let mailbox = local_mailbox(settings, &store, &scribe, &listener, &public_url);
    let mailer = start_mailer(settings, &store, scribe, stop.clone());
    tokio::spawn(housekeeping::keep(store.clone(), stop.clone()));
    let link = set_up
        .as_ref()
        .map(|secret| set_up_link(&public_url, secret));
    let app = app(settings, store, key, public_url, set_up);

    if let Some(listener) = metrics_listener {
        let metrics = vestibule_web::metrics_router(app.clone());
        tokio::spawn(vestibule_web::serve(
            listener,
            metrics,
            stopped(stop.clone()),
        ));
    }
    let pages = vestibule_console::router(app.clone(), mailbox);
    let router = vestibule_web::router_with_pages(app, pages);
    print("listening");
    if let Some(notice) = notice {
        print(&notice.text());
    }
    if let Some(link) = link {
        print(&format!(
            "set up the first organization (the link works once): {link}"
        ));
    }

    let served = vestibule_web::serve(listener, router, stopped(stop)).await;
    // Mails that are under way get a moment; what is not done then is done by the next server.
    let _ = tokio::time::timeout(MAILER_END, mailer).await;
    served.map_err(|error| Failure::because(Kind::Address, "the server cannot go on", &error))
}

fn app(
    settings: &Settings,
    store: Store,
    key: SecretKey,
    public_url: PublicUrl,
    set_up: Option<SetUpSecret>,
) -> App {
    let mut told = vestibule_web::Settings::new(public_url, key);
    told.operator_key = settings
        .operator_key
        .as_ref()
        .map(|key| OperatorKey::new(&key.0));
    told.session_lifetime = settings.session_lifetime;
    told.rate_limiting = match settings.rate_limits {
        Switch::On => RateLimiting::On,
        Switch::Off => RateLimiting::Off,
    };
    told.metrics_place = match settings.metrics_listen {
        Some(_) => MetricsPlace::Elsewhere,
        None => MetricsPlace::Here,
    };
    told.trusted_proxies = settings.trusted_proxies.clone();
    told.allowed_origins = settings.allowed_origins.clone();
    match set_up {
        Some(secret) => App::with_set_up(store, told, secret),
        None => App::new(store, told),
    }
}

fn scribe(key: &SecretKey, public_url: &PublicUrl) -> Result<Scribe, Failure> {
    let url = Url::parse(public_url.as_str())
        .map_err(|error| Failure::because(Kind::Usage, "the public URL cannot be read", &error))?;
    Ok(Scribe::new(&url, key))
}

fn start_mailer(
    settings: &Settings,
    store: &Store,
    scribe: Scribe,
    stop: watch::Receiver<bool>,
) -> JoinHandle<()> {
    let destination = match &settings.relay {
        Some(relay) => Destination::Relay(relay.clone()),
        None => Destination::Mailbox,
    };
    tokio::spawn(Mailer::new(store.clone(), scribe, destination).run(stop))
}

/// The pages of the local mailbox: only without a mail server, and on this machine alone.
fn local_mailbox(
    settings: &Settings,
    store: &Store,
    scribe: &Scribe,
    listener: &TcpListener,
    public_url: &PublicUrl,
) -> Option<LocalMailbox> {
    let listens_here = listener
        .local_addr()
        .is_ok_and(|address| address.ip().is_loopback());
    if settings.relay.is_some() || !listens_here || public_url.place() != Place::Loopback {
        return None;
    }
    let scribe = scribe.clone();
    let write = move |mail: &OutboxMail| {
        let Mail {
            subject,
            text,
            html,
        } = scribe.write(mail).ok()?;
        Some(WrittenMail {
            subject,
            text,
            html,
        })
    };
    Some(LocalMailbox::new(store.clone(), write))
}

/// Listens on the first address that a setting stands for and that can be listened on.
async fn listen(address: &Address) -> Result<(TcpListener, Address), Failure> {
    let failed = |error: &io::Error| {
        let hint = match error.kind() {
            io::ErrorKind::AddrInUse => {
                "; another program listens there, so end it or choose another with `--listen`"
            }
            io::ErrorKind::PermissionDenied => "; ports under 1024 need a right of their own",
            _ => "",
        };
        let failure = Failure::because(Kind::Address, format!("cannot listen on {address}"), error);
        Failure::new(Kind::Address, format!("{failure}{hint}"))
    };
    let addresses = address.resolve().map_err(|error| failed(&error))?;
    let listener = TcpListener::bind(addresses.as_slice())
        .await
        .map_err(|error| failed(&error))?;
    let taken = listener.local_addr().map_err(|error| failed(&error))?;
    Ok((listener, address.with_port(taken.port())))
}

/// The configured public URL, else what people on this machine would type.
fn public_url(settings: &Settings, address: &Address) -> Result<PublicUrl, Failure> {
    let url = settings.public_url.clone().or_else(|| address.url());
    let url = url.ok_or_else(|| {
        Failure::usage(format!(
            "no URL can be made of `{address}`: set `public_url`"
        ))
    })?;
    url.as_str()
        .parse()
        .map_err(|error| Failure::usage(format!("setting `public_url`: {error}")))
}

fn set_up_link(public_url: &PublicUrl, secret: &SetUpSecret) -> String {
    format!("{public_url}/set-up/{}", secret.reveal())
}

/// Turns true at SIGTERM or SIGINT; a second one ends the process at once.
fn stop_signal() -> Result<watch::Receiver<bool>, Failure> {
    let failed =
        |error: io::Error| Failure::because(Kind::System, "signals cannot be listened to", &error);
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: no new connections, requests under way are answered");
        sender.send_replace(true);
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        std::process::exit(130);
    });
    Ok(receiver)
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    // An error says that the sender is gone, which stops us too.
    let _ = stop.wait_for(|stop| *stop).await;
}
