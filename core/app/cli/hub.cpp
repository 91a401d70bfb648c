#include "core/app/cli/hub.hpp"

#include <algorithm>
#include <filesystem>
#include <ostream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/words.hpp"
#include "core/crypto/file_owner.hpp"
#include "core/identity/foreign.hpp"
#include "core/identity/identifiers.hpp"
#include "core/journal/store_place.hpp"
#include "core/model/read_file.hpp"
#include "core/serve/identity_rules.hpp"
#include "core/serve/lint.hpp"

namespace handoff::cli {

namespace {

constexpr std::uintmax_t kTokenFileMax = 64u << 10;

std::unexpected<Failure> could_not(std::string text) { return std::unexpected(Failure{std::move(text)}); }

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

/// How this machine reaches the listener.
std::string url_of(const config::Listener& admin) {
  std::string host = admin.host == "0.0.0.0" ? "127.0.0.1" : admin.host == "::" ? "::1" : admin.host;
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return (admin.tls ? "https://" : "http://") + host + ":" + std::to_string(admin.port);
}

std::expected<std::string, Failure> first_line(const std::string& path) {
  std::expected<std::string, Unread> text = read_file(path, kTokenFileMax);
  if (!text) return could_not(text.error().text());
  std::string line = text->substr(0, text->find('\n'));
  if (line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);  // as an editor of Windows marks and ends it
  if (line.ends_with('\r')) line.pop_back();
  if (line.empty()) return could_not(path + ": its first line is empty, where the token should be");
  return line;
}

/// {"error":{"code","message"}} as a failure.
Failure refusal(const Answer& answer, const std::string& url, const std::string& token_from,
                const std::string& kept_back) {
  json::Parsed parsed = json::parse(answer.body);
  std::string message = identity::harmless(parsed ? parsed->at("error").at("message").as_string() : "", true);
  Failure out;
  out.code = parsed ? std::string(parsed->at("error").at("code").as_string("refused")) : "refused";
  out.text =
      message.empty() ? url + " answers HTTP " + std::to_string(answer.status) + ", but not as a hub does" : message;
  bool of_token = answer.status == 401 || (answer.status == 403 && out.code != "other_store");
  out.of_item = answer.status >= 400 && answer.status < 500 && answer.status != 429 && !of_token &&
                out.code != "no_such_path" && !message.empty();
  out.in_doubt = answer.status < 400 || answer.status > 499;
  if (answer.status == 400 && out.code == "invalid") out.exit = kUsage;
  if (out.code == "no_such_path" || message.contains("a register token"))
    out.text = url + " is no admin address, perhaps that of the registers (" + out.text + "); take [listen] admin";
  if (answer.status == 401)
    out.text = token_from.empty()
                   ? url + " wants a token: give --token-file FILE or set HANDOFF_TOKEN" +
                         (kept_back.empty() ? "" : "; " + kept_back + " is for the hub of this machine only")
                   : url + " does not know this token, which is from " + token_from +
                         ": it was revoked, or is another hub's. Give another: --token-file FILE or HANDOFF_TOKEN";
  return out;
}

}  // namespace

std::expected<Hub, Failure> Hub::find(const Options& options, const Console& console) {
  Hub hub;
  hub.admin_given_ = !options.admin.empty();
  hub.config_ = options.config;
  bool needs_config = !hub.admin_given_ || options.config_given || exists(options.config);
  if (needs_config) {
    auto read = hub.read_configuration(options, console);
    if (!read && (!hub.admin_given_ || options.config_given)) return std::unexpected(read.error());
  }
  const bool ours = !hub.admin_given_ || is_ours(options.admin, hub.server_.url);
  if (hub.admin_given_) hub.server_ = {options.admin, ""};
  auto token = hub.find_token(options, console, ours);
  if (!token) return std::unexpected(token.error());
  return hub;
}

std::expected<void, Failure> Hub::read_configuration(const Options& options, const Console&) {
  if (!exists(options.config))
    return could_not(options.config +
                     ": no such file; name the configuration with -c FILE, or the hub with --admin URL");
  plugin_host::Catalogue catalogue(serve::plugin_folders(options.config));
  auto settings = config::load(options.config, serve::sheets(catalogue));
  if (!settings)
    return could_not(
        "the configuration does not load, so the hub cannot be found through it; correct it, or name the "
        "hub with --admin URL\n" +
        config::render(settings.error()));
  server_ = {url_of(settings->listen.admin), settings->listen.admin.tls ? *settings->listen.admin.tls->cert : ""};
  store_url_ = *settings->store.url;
  if (store_url_.starts_with("sqlite:")) store_path_ = store_url_.substr(7);
  for (const auto& [id, store] : settings->stores) stores_.push_back(id);
  for (const config::Rung& rung : settings->task_ladder) ladder_.push_back({rung.after.value.count(), *rung.ask});
  configured_ = true;
  rules_ = serve::identity_rules(*settings);
  return {};
}

std::string Hub::unknown_store(const std::string& store) const {
  if (store.empty() || stores_.empty() || std::ranges::find(stores_, store) != stores_.end()) return {};
  return config_ + " has no [stores." + store + "]" + meant(stores_, store);
}

std::string Hub::unknown_rung(const std::string& asked) const {
  if (asked.empty() || asked == "store" || !configured_) return {};
  std::string known = "store";
  for (const serve::Rung& one : ladder_) {
    if (one.ask == asked) return {};
    known += ", " + one.ask;
  }
  return "[tasks] asks nobody called '" + asked + "', but: " + known;
}

std::vector<std::string> Hub::unreadable(const Options& options) const {
  if (!rules_) return {};
  const std::string& region = rules_->region_of(options.store);
  identity::Identifiers said = identity::normalise(options.email, options.phone, options.loyalty, *rules_, region);
  return said.unusable;
}

std::expected<void, Failure> Hub::find_token(const Options& options, const Console& console, bool ours) {
  std::string path = options.token_file;
  if (path.empty()) {
    token_ = console.env("HANDOFF_TOKEN");
    token_from_ = "HANDOFF_TOKEN";
    path = store_path_ + ".admin-token";
    if (!token_.empty() || store_path_.empty() || !exists(path)) return {};
    if (!ours) {  // whoever is there would have it, and decide about money here
      kept_back_ = path;
      return {};
    }
  }
  auto line = first_line(path);
  if (!line) {
    if (options.token_file.empty()) return {};  // not ours to read: the hub will say what is missing
    return std::unexpected(line.error());
  }
  token_ = *line;
  token_from_ = path;
  return {};
}

std::expected<std::optional<json::Value>, Failure> Hub::ask(const std::string& method, const std::string& target,
                                                            const json::Value* body) const {
  auto answer = request(server_, method, target, token_, body == nullptr ? "" : json::write(*body));
  if (!answer) {
    if (answer.error().nobody_there && !admin_given_) return std::nullopt;
    return std::unexpected(Failure{.text = answer.error().why, .in_doubt = answer.error().sent});
  }
  if (answer->status < 200 || answer->status > 299)
    return std::unexpected(refusal(*answer, server_.url, token_.empty() ? "" : token_from_, kept_back_));
  json::Parsed parsed = json::parse(answer->body.empty() ? "{}" : answer->body, {.bytes_max = 64u << 20});
  if (!parsed)
    return std::unexpected(
        Failure{.text = server_.url + " answers, but not as a hub does: " + parsed.error.message, .in_doubt = true});
  return *parsed;
}

std::expected<json::Value, Failure> Hub::need(const std::string& method, const std::string& target,
                                              const json::Value* body) const {
  auto answer = ask(method, target, body);
  if (!answer) return std::unexpected(answer.error());
  if (!*answer) return could_not("no hub answers at " + admin_url() + "; start handoffd first");
  return std::move(**answer);
}

std::expected<std::string, Failure> Hub::store_place() const {
  if (store_path_.empty())
    return could_not(store_url_ + ": only an SQLite store can be read while the hub is not running");
  return store_path_;
}

std::expected<std::string, Failure> Hub::store_file() const {
  if (auto place = store_place(); !place) return place;
  if (std::string problem = crypto::access_problem(store_path_, false); !problem.empty()) return could_not(problem);
  if (!exists(store_path_))
    return could_not(store_path_ + ": no such store; it is made when handoffd first starts with " + config_);
  return store_path_;
}

Outcome Hub::read_store(const Offline& offline, Console& console) const {
  auto path = store_file();
  if (!path) return std::unexpected(path.error());
  if (std::string problem = journal::store_access_problem(*path, false); !problem.empty()) return could_not(problem);
  std::string error;
  std::unique_ptr<journal::ReadOnlyStore> store = journal::ReadOnlyStore::open(*path, error);
  if (!store) return could_not(*path + ": " + error);
  store->freeze();
  std::string head = store->read().meta("chain_head");
  if (std::string problem = store->problem(); !problem.empty())
    return could_not(*path + " cannot be read as a store: " + problem + "; run: handoff store verify " + *path);
  auto vault = crypto::Vault::open(*path + ".key", false, crypto::system_random);
  console.err << "handoff: " << server_.url << " does not answer; this is what the store file says.\n";
  Outcome out = offline(store->read(), vault ? &*vault : nullptr);
  if (std::string problem = store->problem(); out && !problem.empty())
    return could_not(*path + " cannot be read to its end: " + problem + "; run: handoff store verify " + *path);
  return out;
}

Outcome Hub::view(const std::string& target, const Offline& offline, Console& console) const {
  auto online = ask("GET", target);
  if (!online) return std::unexpected(online.error());
  if (*online) return std::move(**online);
  return read_store(offline, console);
}

int fail(const Options& options, Console& console, const config::Diagnostics& wrong) {
  if (!options.json) {
    console.err << config::render(wrong);
    return kCouldNot;
  }
  json::Object error;
  error.set("code", "configuration").set("message", "the configuration has errors; see: handoff lint");
  error.set("diagnostics", config::to_json(wrong));
  console.out << pretty(json::Value(json::Object{{"error", json::Value(std::move(error))}}));
  return kCouldNot;
}

int fail(const Options& options, Console& console, const Failure& failure) {
  if (options.json) {
    json::Object error, out;
    error.set("code", failure.code).set("message", failure.text);
    if (!failure.key.empty()) error.set("key", failure.key);
    out.set("error", std::move(error));
    console.out << pretty(json::Value(std::move(out)));
  } else {
    console.err << "handoff: " << failure.text << (failure.text.ends_with('\n') ? "" : "\n");
  }
  return failure.exit;
}

}  // namespace handoff::cli
