#include "core/journal/sealed.hpp"

#include "core/crypto/vault.hpp"
#include "core/model/identity.hpp"

namespace handoff::journal {

namespace {

class Opener {
 public:
  Opener(Database& store, const crypto::Vault& vault, const std::function<void(std::string)>& complain)
      : store_(store), vault_(vault), complain_(complain) {}

  std::int64_t run() {
    personal();
    bodies();
    directory();
    return opened_;
  }

 private:
  void open(std::string_view key, std::string_view context, std::string_view data, const std::string& place) {
    if (key.empty()) return;
    if (vault_.open_sealed(key, context, data))
      ++opened_;
    else
      complain_(place + (vault_.knows(key) ? ": sealed, and does not open: it is damaged"
                                           : ": its key does not open: it is damaged, and what it sealed is lost"));
  }

  void personal() {
    Statement rows;
    rows.prepare(
        store_,
        "SELECT owner, key, data, credits.id FROM personal LEFT JOIN credits ON credits.no = owner ORDER BY owner");
    for (rows.begin(); rows.row();) {
      std::int64_t owner = rows.integer(0);
      std::string whose = owner > 0 ? "credit " + std::to_string(owner) + " (" + credit_ref(rows.text(3)) + ")"
                                    : "customer " + std::to_string(-owner);
      open(rows.view(1), "personal", rows.view(2), "table personal, identifiers of " + whose);
    }
  }

  /// Each under the key of whom sealed_for() of rows.hpp names.
  void bodies() {
    Statement rows;
    rows.prepare(store_,
                 "SELECT bodies.effect, bodies.call, bodies.kind, bodies.data, personal.key, effects.no FROM bodies "
                 "LEFT JOIN effects ON effects.no = bodies.effect LEFT JOIN personal ON personal.owner = "
                 "iif(effects.op = 'mirror', -effects.customer, effects.credit) ORDER BY bodies.effect, bodies.call");
    for (rows.begin(); rows.row();) {
      std::string effect = std::to_string(rows.integer(0)), kind = rows.text(2);
      std::string place = "table bodies, " + kind + " of effect " + effect +
                          (rows.integer(1) < 0 ? "" : ", call " + std::to_string(rows.integer(1)));
      if (!rows.optional_integer(5))
        complain_(place + ": the journal has no such effect");
      else
        open(rows.view(4), kind + ":" + effect, rows.view(3), place);
    }
  }

  void directory() {
    Statement known;
    known.prepare(store_, "SELECT 1 FROM sqlite_schema WHERE name = 'directory'");
    if (!known.begin().row()) return;  // an older schema
    Statement rows;
    rows.prepare(store_, "SELECT connector, id, key, data FROM directory ORDER BY connector, id");
    for (rows.begin(); rows.row();)
      open(rows.view(2), "directory", rows.view(3), "table directory, " + rows.text(0) + " " + rows.text(1));
  }

  Database& store_;
  const crypto::Vault& vault_;
  const std::function<void(std::string)>& complain_;
  std::int64_t opened_ = 0;
};

}  // namespace

std::string wrong_key(Database& store, const crypto::Vault& vault) {
  static constexpr const char* kWrong = "is the key of another store";
  Statement made;
  made.prepare(store, "SELECT vault FROM effects ORDER BY no DESC LIMIT 1");
  if (made.begin().row()) return made.text(0) == vault.id() ? "" : kWrong;
  Statement sealed;
  sealed.prepare(store, "SELECT key FROM personal LIMIT 3");  // one may be damaged
  bool any = false;
  for (sealed.begin(); sealed.row(); any = true)
    if (vault.knows(sealed.view(0))) return {};
  return any ? kWrong : "";
}

std::int64_t open_all_sealed(Database& store, const crypto::Vault& vault,
                             const std::function<void(std::string)>& complain) {
  return Opener(store, vault, complain).run();
}

}  // namespace handoff::journal
