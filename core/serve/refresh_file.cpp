#include "core/serve/refresh_file.hpp"

#include <filesystem>

#include "core/crypto/file_owner.hpp"
#include "core/crypto/hash.hpp"
#include "core/journal/file_work.hpp"
#include "core/journal/store_place.hpp"
#include "core/log/log.hpp"
#include "core/model/identity.hpp"
#include "core/model/read_file.hpp"
#include "core/serve/kept_files.hpp"

namespace handoff::serve {

namespace {

constexpr std::string_view kMark = ".refresh.";
constexpr std::string_view kDraft = ".draft";
constexpr std::string_view kSealed = "refresh token";  // what the seal is for

RefreshState state_of(const json::Value& file) {
  RefreshState out;
  out.connector = file.at("connector").as_string();
  out.began = file.at("began").as_string();
  out.shown_at = file.at("shown_at").as_integer().value_or(0);
  out.unanswered_at = file.at("unanswered_at").as_integer().value_or(0);
  out.refused = file.at("refused").as_string();
  out.refused_at = file.at("refused_at").as_integer().value_or(0);
  return out;
}

/// What the token is sealed for: which chain it is of cannot be changed beside it.
std::string sealed_for(const std::string& began) { return std::string(kSealed) + "/" + began; }

std::string file_text(const RefreshState& state, const crypto::Vault& vault, const std::string& token) {
  const std::string key = vault.new_data_key();
  json::Object out;
  out.set("connector", state.connector).set("began", state.began);
  out.set("shown_at", state.shown_at).set("unanswered_at", state.unanswered_at);
  out.set("refused", state.refused).set("refused_at", state.refused_at);
  out.set("key", crypto::base64(key)).set("token", crypto::base64(vault.seal(key, sealed_for(state.began), token)));
  return json::write(json::Value(std::move(out))) + "\n";
}

std::optional<std::string> token_of(const json::Value& file, const crypto::Vault& vault) {
  auto key = crypto::from_base64(file.at("key").as_string());
  auto sealed = crypto::from_base64(file.at("token").as_string());
  if (!key || !sealed) return std::nullopt;
  return vault.open_sealed(*key, sealed_for(state_of(file).began), *sealed);
}

struct Kept {
  RefreshState state;
  std::string token;
};

/// Nothing: there is no file. Or why the one that is there cannot be gone on with.
std::expected<std::optional<Kept>, std::string> kept_in(const std::string& path, const crypto::Vault* vault) {
  if (!journal::file_exists(path)) return std::optional<Kept>();
  const std::expected<std::string, Unread> text = read_file(path);
  if (!text) {
    std::string problem = crypto::access_problem(path, false);
    return std::unexpected(problem.empty() ? text.error().text() : std::move(problem));
  }
  const json::Parsed parsed = json::parse(*text);
  std::optional<std::string> token = parsed && vault ? token_of(*parsed, *vault) : std::nullopt;
  if (!token) return std::unexpected(path + ": is damaged, or of a store with another key");
  return Kept{state_of(*parsed), std::move(*token)};
}

/// The configured token was spent long ago: shown in the place of one that only cannot be read, it would end both.
std::string start_over_text(const std::string& why, const std::string& source) {
  return why +
         ". It holds the newest refresh token: bring it back as it was; or let the vendor give a new refresh token, write "
         "it to " +
         source + ", take that file away, and start the hub again";
}

}  // namespace

std::string refresh_path(const std::string& store_path, const std::string& id) {
  return store_path + std::string(kMark) + id;
}

std::vector<RefreshState> refresh_states(const std::string& store_path) {
  if (store_path.empty()) return {};
  std::error_code none;
  const std::filesystem::path store = std::filesystem::absolute(store_path, none);
  const std::string begin = refresh_path(store.filename().string(), "");
  std::vector<RefreshState> out;
  for (const std::string& name : names_in(store.parent_path().string())) {
    if (!name.starts_with(begin) || name.ends_with(kDraft)) continue;
    RefreshState state = state_of(read_json((store.parent_path() / name).string()));
    if (!state.connector.empty()) out.push_back(std::move(state));
  }
  return out;
}

std::string refusal_text(const RefreshState& state) {
  if (state.refused.empty()) return {};
  std::string out = "its vendor refused the refresh token at " + rfc3339(state.refused_at) + " (" + state.refused + ")";
  if (state.unanswered_at != 0)
    out += "; at " + rfc3339(state.unanswered_at) +
           " the hub had shown it and kept no answer, so the vendor may have taken it then";
  return out;
}

std::string refusal_text(const std::string& store_path, const std::string& connector, std::string_view configured) {
  for (const RefreshState& state : refresh_states(store_path)) {
    if (state.connector != connector || state.refused.empty()) continue;
    auto vault = crypto::Vault::open(store_path + ".key", false, crypto::system_random);
    if (vault && vault->digest(kSealed, configured) == state.began) return refusal_text(state);
  }
  return {};
}

std::string refresh_problem(const std::string& path, const std::string& key_path, const std::string& source) {
  auto vault = crypto::Vault::open(key_path, false, crypto::system_random);
  auto kept = kept_in(path, vault ? &*vault : nullptr);
  return kept ? std::string() : start_over_text(kept.error(), source);
}

json::Value with_unauthorised(json::Value status, const std::string& store_path) {
  json::Array all;
  for (const RefreshState& state : refresh_states(store_path)) {
    if (state.refused.empty()) continue;
    json::Object one;
    one.set("connector", state.connector).set("since", rfc3339(state.refused_at)).set("why", refusal_text(state));
    all.emplace_back(std::move(one));
  }
  if (!all.empty()) status.object()->set("unauthorised", std::move(all));
  return status;
}

RefreshFile::RefreshFile(Settings settings, crypto::Vault vault, Clock clock, SideThread& thread)
    : settings_(std::move(settings)), vault_(std::move(vault)), clock_(std::move(clock)), thread_(thread) {}

std::shared_ptr<RefreshFile> RefreshFile::open(Settings settings, crypto::Vault vault, Clock clock,
                                               SideThread& thread) {
  std::shared_ptr<RefreshFile> out(
      std::unique_ptr<RefreshFile>(new RefreshFile(std::move(settings), std::move(vault), std::move(clock), thread)));
  out->read();
  return out;
}

void RefreshFile::read() {
  const std::string who = "connector " + settings_.connector + ": ";
  state_.connector = settings_.connector;
  state_.began = vault_.digest(kSealed, settings_.configured);
  token_ = settings_.configured;
  auto kept = kept_in(settings_.path, &vault_);
  if (!kept) problem_ = start_over_text(kept.error(), settings_.source);
  if (!kept || !*kept) return;
  if ((*kept)->state.began != state_.began)
    return log::info(who + "begins with another refresh token than before, as it is configured now");
  state_ = std::move((*kept)->state);
  state_.connector = settings_.connector;
  token_ = std::move((*kept)->token);
  if (!state_.refused.empty()) log::warning(who + refusal_text(state_) + "; " + advice());
  if (state_.shown_at != 0)
    log::warning(who + "its refresh token was shown at " + rfc3339(state_.shown_at) +
                 " and no answer was kept; it is shown again. If the vendor refuses it, " + advice());
}

void RefreshFile::showing(Done done) {
  RefreshState next = state_;
  if (next.shown_at != 0 && next.unanswered_at == 0) next.unanswered_at = next.shown_at;
  next.shown_at = clock_();
  write(std::move(next), token_, std::move(done));
}

void RefreshFile::keep(std::string next, Done done) {
  RefreshState fine;
  fine.connector = state_.connector;
  fine.began = state_.began;
  write(std::move(fine), std::move(next), [this, done = std::move(done)](std::expected<void, std::string> kept) {
    if (kept) news();
    done(std::move(kept));
  });
}

void RefreshFile::refused(std::string answer, Done done) {
  RefreshState next = state_;
  next.shown_at = 0;
  next.refused = std::move(answer);
  next.refused_at = clock_();
  if (state_.refused.empty())
    log::warning("connector " + state_.connector + ": " + refusal_text(next) + "; " + advice());
  write(std::move(next), token_, [this, done = std::move(done)](std::expected<void, std::string> kept) {
    if (kept) news();
    done(std::move(kept));
  });
}

void RefreshFile::tell(Told told) {
  told_ = std::move(told);
  if (told_ && !state_.refused.empty()) news();
}

void RefreshFile::news() {
  if (told_) told_(state_.refused.empty() ? std::string() : refusal_text(state_) + "; " + advice());
}

std::string RefreshFile::advice() const {
  return "authorise it again: let the vendor give a new refresh token, write it to " + settings_.source +
         ", and start the hub again";
}

/// What is said counts from when it is on disk.
void RefreshFile::write(RefreshState state, std::string token, Done done) {
  struct Job {
    std::string store, path, text;
    std::expected<void, std::string> ended;
  };
  auto job = std::make_shared<Job>();
  job->store = settings_.store;
  job->path = settings_.path;
  job->text = file_text(state, vault_, token);
  auto then = [this, job, state = std::move(state), token = std::move(token), done = std::move(done)]() mutable {
    if (job->ended) {
      state_ = std::move(state);
      token_ = std::move(token);
    }
    done(job->ended);
  };
  auto on_disk = [job] {
    job->ended = journal::replace_file_synced(job->path, job->text);
    if (job->ended) journal::give_to_owner_of(job->store, {job->path});
  };
  thread_.run(std::move(on_disk), std::move(then));
}

}  // namespace handoff::serve
