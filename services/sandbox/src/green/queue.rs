//! The queue of what has not left yet, and the queue of notifications one can poll.

use std::cmp::Reverse;
use std::time::Duration;

use serde_json::{Value, json};

use crate::devices::device::Sent;
use crate::devices::mail::{Fortune, Letter};
use crate::green::Call;
use crate::green::answers::Problem;
use crate::green::webhooks::{is_pushed, type_message};

/// `showMessagesQueue`: what has not left yet.
pub fn show(call: &Call<'_>) -> Value {
    let now_ms = call.sandbox.clock.now_ms();
    let inner = call.device.lock();
    let waits = |sent: &&Sent| sent.owes() && (!sent.scheduled || sent.leaves_ms > now_ms);
    let waiting = inner.sends.iter().filter(waits).map(|sent| {
        let content = &sent.message.content;
        let mut entry = json!({
            "messageID": sent.message.id, "messagesIDs": [sent.message.id],
            "type": type_message(content), "typeMessage": type_message(content), "chatId": sent.message.chat,
        });
        match &content.file {
            Some(file) => entry["fileName"] = json!(file.name),
            None => entry["message"] = json!(content.text),
        }
        entry
    });
    waiting.collect()
}

/// `clearMessagesQueue`: what has not left yet never will.
pub fn clear(call: &Call<'_>) -> Value {
    call.sandbox.drop_waiting(call.device);
    json!({ "isCleared": true })
}

/// `receiveNotification`: the first letter of the queue, which stays until it is deleted.
pub async fn receive(call: &Call<'_>) -> Result<Value, Problem> {
    let seconds = call.query("receiveTimeout").and_then(|seconds| seconds.parse().ok()).unwrap_or(5u64).clamp(1, 60);
    let until = tokio::time::Instant::now() + Duration::from_secs(seconds);
    loop {
        let next_at = {
            let now_ms = call.sandbox.clock.now_ms();
            let mut inner = call.device.lock();
            if is_pushed(&inner.card) {
                return Err(Problem::validation("custom webhook url is set, notifications cannot be received"));
            }
            let ripe = |letter: &Reverse<Letter>| letter.0.at_ms <= now_ms && letter.0.body.is_some();
            if inner.polled.is_none() && inner.mail.peek().is_some_and(ripe) {
                inner.polled = inner.mail.pop().map(|Reverse(letter)| letter);
            }
            if let Some(Letter { number, body, .. }) = &inner.polled {
                return Ok(json!({ "receiptId": number, "body": body }));
            }
            inner.mail.peek().map(|letter| call.sandbox.clock.instant(letter.0.at_ms))
        };
        let now = tokio::time::Instant::now();
        if now >= until {
            return Ok(Value::Null);
        }
        // Something new may come before what is known to come.
        let soon = now + Duration::from_millis(50);
        tokio::time::sleep_until(next_at.map_or(soon, |at| at.clamp(now, soon)).min(until)).await;
    }
}

/// `deleteNotification`: what was received is done with.
pub fn delete(call: &Call<'_>) -> Result<Value, Problem> {
    let id = call.rest.first().and_then(|id| id.parse::<u64>().ok());
    let id = id.ok_or_else(|| Problem::validation("'receiptId' must be a number"))?;
    let mut inner = call.device.lock();
    let taken =
        if inner.polled.as_ref().is_some_and(|letter| letter.number == id) { inner.polled.take() } else { None };
    drop(inner);
    if let Some(letter) = &taken {
        call.sandbox.settle_letter(call.device, letter, Fortune::Taken);
    }
    Ok(json!({ "result": taken.is_some() }))
}
