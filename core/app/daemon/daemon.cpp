#include "core/app/daemon/daemon.hpp"

#include <sys/resource.h>
#include <sys/statvfs.h>

#include <cstdlib>
#include <filesystem>
#include <future>

#include "core/app/daemon/admin_token.hpp"
#include "core/app/daemon/mail.hpp"
#include "core/app/daemon/system_seams.hpp"
#include "core/config/load.hpp"
#include "core/journal/sealed.hpp"
#include "core/log/log.hpp"
#include "core/net/halt.hpp"
#include "core/serve/admin_api.hpp"
#include "core/serve/alert_rules.hpp"
#include "core/serve/assemble.hpp"
#include "core/serve/inbound_api.hpp"
#include "core/serve/lint.hpp"
#include "core/serve/register_api.hpp"
#include "core/version.hpp"

namespace handoff::app {

struct Daemon::Parts {
  SystemClock clock;  // of credentials, which may outlive the hub's
  std::unique_ptr<plugin_host::Catalogue> catalogue;
  config::Settings settings;
  net::IoThread io;                           // vendors, webhooks, operators
  std::optional<net::IoThread> registers_io;  // registers, and nothing that could keep them waiting
  std::unique_ptr<net::AsioTransport> transport;
  std::unique_ptr<files::FolderTransport> folders;
  serve::Assembly assembly;
  std::unique_ptr<serve::Hub> hub;
  std::unique_ptr<serve::Auditor> auditor;
  std::unique_ptr<serve::Courier> courier;  // null: no channel is configured
  std::optional<serve::RegisterDesk> desk;
  std::optional<serve::OpsDesk> ops;
  std::unique_ptr<serve::SideThread> disk;  // of what operators ask for
  std::unique_ptr<net::Server> server, registers;
};

namespace {

net::ListenerSettings listener(serve::Hub& hub, const std::string& name, const config::Listener& from,
                               std::uint32_t connections) {
  net::ListenerSettings out;
  out.name = name;
  out.refused = [&hub, name](const std::string& peer, const net::ServerResponse& answer) {
    hub.refusals().note(name, peer, answer, hub.now());
  };
  out.address =
      (from.host.find(':') != std::string::npos ? "[" + from.host + "]" : from.host) + ":" + std::to_string(from.port);
  if (from.tls) {
    out.tls_cert_file = from.tls->cert.value;
    out.tls_key_file = from.tls->key.where;
  }
  out.connections_max = connections;
  return out;
}

std::string url(const config::Listener& from, std::uint16_t port) {
  std::string host = from.host.find(':') != std::string::npos ? "[" + from.host + "]" : from.host;
  return (from.tls ? "https://" : "http://") + host + ":" + std::to_string(port);
}

/// Which key of [listen] it is about: its error names only the address.
std::unexpected<std::string> cannot_listen(const std::string& key, const std::string& why) {
  return std::unexpected("[listen] " + key + ": " + why);
}

serve::BusinessDates business_dates(const config::Retailer& from) {
  auto days = [](config::Duration some) {
    return std::int64_t{std::chrono::duration_cast<std::chrono::days>(some).count()};
  };
  serve::BusinessDates out;
  out.back_days = days(from.dates_back);
  out.ahead_days = days(from.dates_ahead);
  if (from.utc_offset) out.utc_offset_ms = std::chrono::milliseconds(*from.utc_offset).count();
  return out;
}

/// Null where no channel is configured.
std::expected<std::unique_ptr<serve::Courier>, std::string> start_courier(const config::Settings& settings,
                                                                          const serve::Assembly& assembly,
                                                                          serve::Hub& hub, engine::Clock& clock,
                                                                          net::AsioTransport& transport,
                                                                          const std::string& store_path) {
  if (settings.alerts.channels.empty()) return nullptr;
  auto channels = serve::http_channels(settings, assembly, transport, clock);
  if (!channels) return std::unexpected(channels.error());
  for (const auto& [name, channel] : settings.alerts.channels)
    if (channel.kind == config::ChannelKind::mail) (*channels)[name] = mail_channel(channel);
  serve::Courier::Parts parts;
  parts.rules = hub.alert_rules();
  parts.channels = std::move(*channels);
  parts.store_path = store_path;
  parts.vault = &hub.vault();
  parts.clock = &clock;
  parts.post = [&hub](engine::Input input) { return hub.post(std::move(input)); };
  parts.log = [](const std::string& text) { log::warning(text); };
  auto courier = serve::Courier::open(std::move(parts));
  if (courier) (*courier)->start();
  return courier;
}

/// Who must be authorised again is a case, and so an alert.
void watch_credentials(const serve::Assembly& assembly, serve::Hub& hub) {
  for (const std::shared_ptr<serve::RefreshFile>& file : assembly.refresh_files)
    file->tell([&hub, name = file->connector()](const std::string& why) {
      engine::Command news;
      news.kind = why.empty() ? engine::Command::Kind::authorised : engine::Command::Kind::unauthorised;
      news.actor = "engine";
      news.name = name;
      news.text = why;
      news.answer = [](bool, const std::string&) {};
      hub.post(std::move(news));  // lost in a full queue, it is told again with the vendor's next answer
    });
}

/// On a busy machine the thread that calls this goes before all others, where the system allows it (root, or LimitNICE in a systemd unit).
void go_first() { ::setpriority(PRIO_PROCESS, 0, -10); }

/// Within what service managers allow for an end. A request may take longer (net/transport.hpp: total_ms).
constexpr auto kLandMax = std::chrono::seconds(5);
constexpr auto kAnswerMax = std::chrono::milliseconds(500);  // of the requests that are being answered

/// J6: nothing is sent and nobody is answered any more.
[[noreturn]] void stop_at_once(const std::string& why) {
  net::halt();
  log::error(why + "; stopping at once, the next start recovers from the journal");
  std::_Exit(3);
}

}  // namespace

Daemon::Daemon() : parts_(std::make_unique<Parts>()) {}

Daemon::~Daemon() {
  if (!parts_) return;
  if (parts_->hub) parts_->hub->send_no_more();
  if (parts_->desk) parts_->desk->watch->end();
  for (std::unique_ptr<net::Server>* server : {&parts_->registers, &parts_->server}) {
    if (!*server) continue;
    auto answered = std::make_shared<std::promise<void>>();
    (*server)->stop(kAnswerMax, [answered] { answered->set_value(); });
    answered->get_future().wait_for(2 * kAnswerMax);
    server->reset();
  }
  parts_->disk.reset();
  parts_->auditor.reset();
  parts_->courier.reset();
  if (parts_->hub) {
    if (!parts_->hub->land(kLandMax))
      log::warning("not all requests under way were answered; the next start finds out what became of them");
    parts_->hub->stop();
  }
  parts_->io.loop().run_and_wait([this] {
    for (const auto& file : parts_->assembly.refresh_files) file->tell({});
  });
  parts_->registers_io.reset();  // before the hub, which half a batch may still be going to
  parts_->folders.reset();
  parts_->transport.reset();
  parts_->hub.reset();
}

std::expected<std::unique_ptr<Daemon>, std::string> Daemon::start(const DaemonOptions& options) {
  std::unique_ptr<Daemon> daemon(new Daemon());
  Parts& parts = *daemon->parts_;
  parts.catalogue = std::make_unique<plugin_host::Catalogue>(serve::plugin_folders(options.config));
  auto settings =
      serve::read_configuration(options.config, *parts.catalogue, serve::Secrets::resolve, parts.clock.wall_ms());
  if (!settings) return std::unexpected(config::render(settings.error()));
  parts.settings = std::move(*settings);
  for (const config::Diagnostic& warning : parts.settings.warnings) log::warning(config::render({warning}));

  auto path = serve::sqlite_path(parts.settings.store.url.value);
  if (!path) return std::unexpected(path.error());
  journal::on_failed_sync([](const char* what) { stop_at_once("a sync failed: " + std::string(what)); });
  journal::StoreOptions store_options;
  store_options.path = *path;
  auto store = journal::Store::open(store_options);
  if (!store) return std::unexpected(store.error());
  // A first start may have ended between the store and its key: nothing is sealed as long as no row was ever written.
  const bool is_empty = (*store)->head().seq == 0 && !(*store)->older_than();
  auto vault = crypto::Vault::open(*path + ".key", is_empty, crypto::system_random);
  if (!vault) return std::unexpected(vault.error());
  if (std::string wrong = journal::wrong_key((*store)->database(), *vault); !wrong.empty())
    return std::unexpected(*path + ".key: " + wrong + "; put back the one that belongs to " + *path +
                           ". It is beside each backup: FILE.key");

  serve::Hub::Parts hub;
  hub.clock = std::make_unique<SystemClock>();
  hub.random = std::make_unique<SystemRandom>();
  std::int64_t now = hub.clock->wall_ms();
  parts.transport = std::make_unique<net::AsioTransport>(parts.io.loop());
  parts.folders = std::make_unique<files::FolderTransport>(*parts.transport);
  serve::Connections connections{
      *parts.transport, *parts.folders, vault->digest("folder", "owner").substr(0, 16), parts.io.loop(), parts.clock,
      *vault,           *path};
  auto assembly = serve::assemble(parts.settings, *parts.catalogue, **store, connections, now);
  if (!assembly) return std::unexpected(assembly.error());
  parts.assembly = std::move(*assembly);
  keep_admin_token(**store, *path + ".admin-token", now);

  engine::Clock& clock = *hub.clock;
  hub.setup = parts.assembly.setup;
  hub.alert_rules = serve::alert_rules(parts.settings);
  for (const config::Rung& rung : parts.settings.task_ladder)
    hub.task_ladder.push_back({rung.after.value.count(), rung.ask.value});
  hub.store = std::move(*store);
  hub.vault = std::make_unique<crypto::Vault>(std::move(*vault));
  hub.transport = parts.folders.get();
  hub.store_path = *path;
  hub.log = [](const std::string& text) { log::warning(text); };  // what the engine says is an outage, or its end
  hub.fatal = stop_at_once;
  hub.disk_has_reserve = [folder = std::filesystem::absolute(*path).parent_path().string()] {
    struct statvfs space = {};
    return statvfs(folder.c_str(), &space) != 0 || space.f_bavail * space.f_frsize > serve::kDiskReserve;
  };
  auto started = serve::Hub::start(std::move(hub), kVersion);
  if (!started) return std::unexpected(started.error());
  parts.hub = std::move(*started);
  parts.io.loop().run_and_wait([&parts] { watch_credentials(parts.assembly, *parts.hub); });
  if (auto courier = start_courier(parts.settings, parts.assembly, *parts.hub, clock, *parts.transport, *path);
      !courier)
    return std::unexpected(courier.error());
  else
    parts.courier = std::move(*courier);

  serve::Auditor::Settings audits;
  audits.folder = *path + ".audits";
  audits.store_path = *path;
  audits.window_ms = parts.settings.audit_window.count();
  audits.programme = parts.settings.audit_programme;
  audits.sla_s = serve::audit_sla(parts.hub->setup());
  audits.log = [](const std::string& text) { log::info(text); };
  parts.auditor = std::make_unique<serve::Auditor>(*parts.hub, std::move(audits));
  net::IoLoop& counter = parts.registers_io.emplace("registers").loop();
  counter.post(go_first);
  auto watch = std::make_shared<serve::Watch>(*parts.hub, counter);
  std::vector<std::string> stores;
  for (const auto& known : parts.settings.stores) stores.push_back(known.first);
  parts.desk.emplace(*parts.hub, counter, serve::RegisterWords(parts.settings), watch,
                     business_dates(parts.settings.retailer), std::move(stores));
  parts.disk = std::make_unique<serve::SideThread>(parts.io.loop());
  parts.ops.emplace(*parts.hub, *parts.auditor, parts.courier.get(), watch, *parts.disk, parts.desk->stores);
  parts.server = std::make_unique<net::Server>(parts.io.loop());
  parts.registers = std::make_unique<net::Server>(counter);
  const config::Listen& listen = parts.settings.listen;
  auto registers =
      parts.registers->listen(listener(*parts.hub, "register", listen.registers, 10'000),
                              [&parts](net::ServerRequest&& request, net::Responder responder) {
                                serve::handle_register(*parts.desk, std::move(request), std::move(responder));
                              });
  if (!registers) return cannot_listen("register", registers.error());
  net::ListenerSettings hooks = listener(*parts.hub, "inbound", listen.inbound, 256);
  // A signature is over the whole of it, so all of it is kept before the sender is known.
  hooks.body_bytes_max = 256u << 10;
  hooks.in_flight_max = 64;
  auto inbound = parts.server->listen(hooks, [&parts](net::ServerRequest&& request, net::Responder responder) {
    serve::handle_inbound(*parts.hub, std::move(request), std::move(responder));
  });
  if (!inbound) return cannot_listen("inbound", inbound.error());
  auto admin = parts.server->listen(listener(*parts.hub, "admin", listen.admin, 200),
                                    [&parts](net::ServerRequest&& request, net::Responder responder) {
                                      serve::handle_admin(*parts.ops, std::move(request), std::move(responder));
                                    });
  if (!admin) return cannot_listen("admin", admin.error());
  daemon->addresses_ = {url(listen.registers, *registers), url(listen.inbound, *inbound), url(listen.admin, *admin)};
  return daemon;
}

}  // namespace handoff::app
