#include "core/serve/views_token.hpp"

#include <pwd.h>
#include <unistd.h>

#include <ostream>
#include <sstream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/table.hpp"
#include "core/app/cli/words.hpp"
#include "core/journal/store.hpp"
#include "core/serve/views.hpp"

namespace handoff::cli {

namespace {

/// Who did it, for the journal: "cli:ops".
std::string actor() {
  const passwd* user = getpwuid(geteuid());
  return "cli:" + (user ? std::string(user->pw_name) : std::to_string(geteuid()));
}

using StorePtr = std::unique_ptr<journal::Store>;

/// The store, locked for us: only while no hub runs.
std::expected<StorePtr, Failure> open_store(const Hub& hub) {
  auto path = hub.store_file();
  if (!path) return std::unexpected(path.error());
  journal::StoreOptions options;
  options.path = *path;
  options.may_create = false;
  auto store = journal::Store::open(options);
  if (!store)
    return std::unexpected(Failure{store.error() + "\n(the configured admin address is " + hub.admin_url() +
                                   "; nothing answers there, perhaps the hub is starting)"});
  return std::move(*store);
}

std::expected<void, Failure> commit(journal::Store& store) {
  auto done = store.commit();
  if (!done) return std::unexpected(Failure{"the store refuses to write: " + done.error().message});
  return {};
}

Outcome create_offline(const Hub& hub, const Options& options, const Console& console) {
  auto store = open_store(hub);
  if (!store) return std::unexpected(store.error());
  journal::Reader& read = (*store)->read();
  journal::TokenAdded added;
  added.name = options.name.empty() ? serve::free_token_name(read, options.role, options.store) : options.name;
  added.role = options.role;
  added.store = options.store;
  if (std::string problem = serve::token_problem(read, added.role, added.store, added.name); !problem.empty())
    return std::unexpected(Failure{problem, kUsage, "invalid"});
  serve::NewToken token = serve::make_token(crypto::system_random);
  added.hash = token.hash;
  (*store)->append(console.now_ms(), "", actor(), added);
  if (auto done = commit(**store); !done) return std::unexpected(done.error());
  json::Object out;
  out.set("token", token.text).set("name", added.name).set("role", added.role).set("store", added.store);
  return json::Value(std::move(out));
}

Outcome revoke_offline(const Hub& hub, const Options& options, const Console& console) {
  auto store = open_store(hub);
  if (!store) return std::unexpected(store.error());
  for (const journal::TokenRow& row : (*store)->read().tokens()) {
    if (row.name != options.name || row.revoked) continue;
    journal::TokenRevoked revoked;
    revoked.hash = row.hash;
    (*store)->append(console.now_ms(), "", actor(), revoked);
    if (auto done = commit(**store); !done) return std::unexpected(done.error());
    return json::Value(json::Object());
  }
  return std::unexpected(
      Failure{"no token '" + options.name + "' is in use; see: handoff token list", kCouldNot, "not_found"});
}

/// Through the hub if it runs, else in its store.
template <class Offline>
Outcome change(const Hub& hub, const std::string& method, const std::string& target, const json::Value* body,
               Offline offline) {
  auto online = hub.ask(method, target, body);
  if (!online) return std::unexpected(online.error());
  if (*online) return std::move(**online);
  return offline();
}

}  // namespace

int token_create(const Options& options, Console& console) {
  auto hub = Hub::find(options, console);
  if (!hub) return fail(options, console, hub.error());
  if (std::string unknown = hub->unknown_store(options.store); !unknown.empty())
    return fail(
        options, console,
        {unknown + (unknown.ends_with('?') ? "" : ".") + " If it is a shop, write it there first.", kUsage, "usage"});
  json::Object wanted;
  wanted.set("role", options.role).set("store", options.store).set("name", options.name);
  json::Value body(std::move(wanted));
  Outcome made = change(*hub, "POST", "/v1/tokens", &body, [&] { return create_offline(*hub, options, console); });
  if (!made) return fail(options, console, made.error());
  std::string store = text_of(made->at("store")), name = text_of(made->at("name"));
  // The token alone on stdout, so that it can be piped into a file.
  console.out << (options.json ? pretty(*made) : text_of(made->at("token")) + "\n");
  console.out.flush();
  if (!console.out)
    console.err << "handoff: token " << name << " was made, and nobody has it: handoff token revoke " << name << "\n";
  if (options.json || !console.out) return kFine;
  console.err << "Token " << name << ", role " << text_of(made->at("role")) << (store.empty() ? "" : ", store " + store)
              << ". It is shown only this once.\n";
  return kFine;
}

int token_list(const Options& options, Console& console) {
  auto hub = Hub::find(options, console);
  if (!hub) return fail(options, console, hub.error());
  Outcome view = hub->view(
      "/v1/tokens", [](journal::Reader& read, const crypto::Vault*) -> Outcome { return serve::tokens_view(read); },
      console);
  if (!view) return fail(options, console, view.error());
  if (options.json) {
    console.out << pretty(*view);
    return kFine;
  }
  Table table({{"NAME"}, {"ROLE"}, {"STORE"}, {"STATE"}});
  for (const json::Value& one : view->at("tokens").as_array())
    table.add({text_of(one.at("name")), text_of(one.at("role")), text_of(one.at("store")),
               one.at("revoked").as_bool()   ? "revoked"
               : one.at("problem").is_null() ? "in use"
                                             : "refused"});
  if (table.empty())
    console.out << "No tokens yet; make one with: handoff token create --role register --store STORE\n";
  else
    table.print(console.out, console.width);
  return kFine;
}

namespace {

/// Without one of role admin no hub that runs makes another.
bool last_admin(const Hub& hub, const std::string& name, Console& console) {
  std::ostringstream unsaid;
  Console quiet{.out = unsaid, .err = unsaid, .env = console.env, .now_ms = console.now_ms};
  Outcome view = hub.view(
      "/v1/tokens", [](journal::Reader& read, const crypto::Vault*) -> Outcome { return serve::tokens_view(read); },
      quiet);
  std::vector<std::string> admins;
  if (view)
    for (const json::Value& one : view->at("tokens").as_array())
      if (text_of(one.at("role")) == "admin" && !one.at("revoked").as_bool()) admins.push_back(text_of(one.at("name")));
  return admins == std::vector<std::string>{name};
}

}  // namespace

int token_revoke(const Options& options, Console& console) {
  auto hub = Hub::find(options, console);
  if (!hub) return fail(options, console, hub.error());
  bool last = last_admin(*hub, options.name, console);
  Outcome done = change(*hub, "DELETE", "/v1/tokens/" + percent_encoded(options.name), nullptr,
                        [&] { return revoke_offline(*hub, options, console); });
  if (!done) return fail(options, console, done.error());
  if (options.json)
    console.out << pretty(json::Value(json::Object{{"revoked", options.name}}));
  else
    console.out << "Token " << options.name << " is revoked.\n";
  if (last)
    console.err << "handoff: that was the last token of role admin. For another stop handoffd, then: handoff token "
                   "create --role admin\n";
  return kFine;
}

}  // namespace handoff::cli
