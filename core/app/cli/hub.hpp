#pragma once
// Where the hub is and how to ask it: its admin listener if that answers, else its store file, read only.

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/app/cli/client.hpp"
#include "core/app/cli/console.hpp"
#include "core/app/cli/options.hpp"
#include "core/crypto/vault.hpp"
#include "core/identity/rules.hpp"
#include "core/journal/reader.hpp"
#include "core/serve/views_tasks.hpp"

namespace handoff::cli {

struct Failure {
  std::string text;
  int exit = kCouldNot;
  std::string code = "could_not";
  bool of_item = false;   // a hub's answer about what was asked, and not about the hub, the address or the token
  bool in_doubt = false;  // what was asked for may have been done all the same
  std::string key = "";   // under which it is asked for again, and done once
};
using Outcome = std::expected<json::Value, Failure>;

class Hub {
 public:
  /// Reads the configuration for the two addresses, unless --admin says all that is needed.
  static std::expected<Hub, Failure> find(const Options& options, const Console& console);

  using Offline = std::function<Outcome(journal::Reader&, const crypto::Vault*)>;
  /// GET `target`; if nobody listens, `offline` over the store file, and a line about it on stderr.
  Outcome view(const std::string& target, const Offline& offline, Console& console) const;
  /// Any request. Nothing: nobody listens (and --admin was not given).
  std::expected<std::optional<json::Value>, Failure> ask(const std::string& method, const std::string& target,
                                                         const json::Value* body = nullptr) const;
  /// The same, where nothing goes without a running hub.
  std::expected<json::Value, Failure> need(const std::string& method, const std::string& target,
                                           const json::Value* body = nullptr) const;

  /// The store file's path; complains if there is no file.
  std::expected<std::string, Failure> store_file() const;
  /// Where the store file is or would be; complains if the store is no file.
  std::expected<std::string, Failure> store_place() const;
  const std::string& admin_url() const { return server_.url; }
  /// What is odd about `store`: the configuration lists stores, and not this one. Empty: nothing that could be told.
  std::string unknown_store(const std::string& store) const;
  const serve::Ladder& ladder() const { return ladder_; }
  /// What is odd about `asked`: no rung of the ladder of tasks is called so.
  std::string unknown_rung(const std::string& asked) const;
  /// What of these cannot be read as what it is called, by the configuration's rules; empty without a configuration.
  std::vector<std::string> unreadable(const Options& options) const;

 private:
  std::expected<void, Failure> read_configuration(const Options& options, const Console& console);
  /// `ours`: the token beside the store may be sent to where the hub is looked for.
  std::expected<void, Failure> find_token(const Options& options, const Console& console, bool ours);
  Outcome read_store(const Offline& offline, Console& console) const;
  Server server_;
  bool admin_given_ = false, configured_ = false;
  std::string store_url_, store_path_, token_, token_from_, config_;
  std::string kept_back_;            // a token file that is not for whom is asked
  std::vector<std::string> stores_;  // that the configuration lists
  serve::Ladder ladder_;             // of tasks
  std::optional<identity::Rules> rules_;
};

}  // namespace handoff::cli
