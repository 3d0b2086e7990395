//! The protocol files compile, and nothing that was published in them has changed.

use std::{collections::BTreeSet, fs, path::Path};

use protox::prost_reflect::{DescriptorPool, FieldDescriptor, Kind};

const PACKAGE: &str = "waybill.events.v1";

#[test]
fn what_was_published_is_still_there() {
    let proto = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto");
    let files = ["envelope", "event_stream"].map(|name| proto.join(format!("waybill/events/v1/{name}.proto")));
    let compiled = protox::compile(files, [&proto]).expect("the protocol files compile");
    let pool = DescriptorPool::from_file_descriptor_set(compiled).expect("their types resolve");
    let now = surface(&pool);

    let file = proto.join("waybill/events/v1/compatibility.txt");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let lines: Vec<&str> = now.iter().map(String::as_str).collect();
        fs::write(&file, lines.join("\n") + "\n").expect("writing the list");
    }
    let published = fs::read_to_string(&file).expect("the list of what was published");
    let published: BTreeSet<String> = published.lines().map(str::to_owned).collect();
    let gone: Vec<&String> = published.difference(&now).collect();
    assert!(gone.is_empty(), "published and now changed or gone: {gone:#?}");
    let unlisted: Vec<&String> = now.difference(&published).collect();
    assert!(unlisted.is_empty(), "new, run with UPDATE_EXPECT=1 to publish: {unlisted:#?}");
}

/// Everything a client depends on, a line each.
fn surface(pool: &DescriptorPool) -> BTreeSet<String> {
    let ours = |name: &str| name.starts_with(PACKAGE);
    let fields = pool.all_messages().filter(|message| ours(message.full_name())).flat_map(|message| {
        let fields: Vec<String> = message.fields().map(|field| field_line(message.full_name(), &field)).collect();
        fields
    });
    let values = pool.all_enums().filter(|one| ours(one.full_name())).flat_map(|one| {
        let values: Vec<String> =
            one.values().map(|value| format!("{} {} = {}", one.full_name(), value.name(), value.number())).collect();
        values
    });
    let methods = pool.services().filter(|service| ours(service.full_name())).flat_map(|service| {
        let methods: Vec<String> = service
            .methods()
            .map(|method| {
                let stream = if method.is_server_streaming() { "stream " } else { "" };
                format!(
                    "rpc {} {} -> {stream}{}",
                    method.full_name(),
                    method.input().full_name(),
                    method.output().full_name()
                )
            })
            .collect();
        methods
    });
    fields.chain(values).chain(methods).collect()
}

fn field_line(message: &str, field: &FieldDescriptor) -> String {
    let kind = match field.kind() {
        Kind::Message(message) => message.full_name().to_owned(),
        Kind::Enum(one) => one.full_name().to_owned(),
        scalar => format!("{scalar:?}").to_lowercase(),
    };
    let cardinality = if field.is_list() { "repeated " } else { "" };
    let group = field.containing_oneof().map_or_else(String::new, |group| format!(" in {}", group.name()));
    format!("{message} {cardinality}{kind} {} = {}{group}", field.name(), field.number())
}
