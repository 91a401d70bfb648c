// The statement of authority and of the register protocol, from the configuration alone.

#include <algorithm>

#include "core/config/scalars.hpp"
#include "core/reconcile/hops.hpp"
#include "core/serve/chain.hpp"
#include "core/serve/register_words.hpp"

namespace handoff::serve {

namespace {

using config::Connector;
using config::Settings;

std::string seconds(config::Duration time) {
  std::int64_t ms = time.count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

std::string listed(const std::vector<config::Text>& list) {
  std::string out;
  for (const config::Text& one : list) out += (out.empty() ? "`" : ", `") + *one + "`";
  return out;
}

std::string amounts(const std::vector<config::Located<Money>>& list) {
  std::string out;
  for (const auto& one : list) out += (out.empty() ? "" : ", ") + one->text();
  return out;
}

class Charter {
 public:
  Charter(const Settings& settings, std::string store)
      : settings_(settings), words_(settings), store_(std::move(store)) {}

  std::string run() {
    line("# Store credit at " + *settings_.retailer.name + (store_.empty() ? "" : ", store " + store_));
    line("");
    line("Made from the configuration by `handoff map --charter`. It is what the hub does, not what it should do.");
    authority();
    systems();
    handoffs();
    protocol();
    stores();
    money();
    return std::move(out_);
  }

 private:
  void line(const std::string& text) { out_ += text + "\n"; }
  void title(const std::string& text) { line("\n## " + text + "\n"); }

  void authority() {
    title("Whose balance counts");
    const std::vector<std::string> copies = copied();
    line("**`" + *settings_.retailer.authority +
         "` is the authority**: a credit is worth what it says. Every other system " + "shows or books that" +
         (copies.empty() ? " and holds nothing of its own" : ", but for the copies below") + ". Where two differ, `" +
         *settings_.retailer.authority +
         "` is right and the other is corrected. Nobody types a credit into a system by hand: it goes through a "
         "register, "
         "or `handoff credits issue`.");
    for (const std::string& copy : copies) line("\n" + copy);
  }

  /// Hops that put the value into a second place (M7), as sentences.
  std::vector<std::string> copied() const {
    std::vector<std::string> out;
    for (const config::Route& route : settings_.routes)
      for (const config::Hop& hop : route.hops)
        if (hop.copy_window)
          out.push_back("**`" + *hop.to + "` gets a copy of the value** by route " + *route.name +
                        " (`value = \"copy\"`): for " + config::duration_text(*hop.copy_window) +
                        " it may be spent twice. That risk is accepted, and shown in every audit.");
    return out;
  }

  bool gets_copies(const std::string& name) const {
    return std::ranges::any_of(settings_.routes, [&](const config::Route& route) {
      return std::ranges::any_of(route.hops,
                                 [&](const config::Hop& hop) { return hop.copy_window && *hop.to == name; });
    });
  }

  bool carries_alerts(const std::string& name) const {
    return std::ranges::any_of(settings_.alerts.channels,
                               [&](const auto& channel) { return *channel.second.connector == name; });
  }

  std::string duty(const std::string& name, const Connector& connector) const {
    bool copies = !copied().empty();
    if (name == *settings_.retailer.authority)
      return copies ? "holds the value" : "holds the value; the only place where it can be redeemed";
    if (gets_copies(name)) return "holds a copy of the value, for a while";
    switch (connector.role) {
      case config::Role::pos:
        return "says that a credit was given";
      case config::Role::payments:
        return "records the credit; holds no value";
      case config::Role::erp:
        return "books the liability; makes no credit";
      case config::Role::storefront:
        return "shows the balance; holds no value";
      case config::Role::customers:
        return "says who a customer is";
      case config::Role::notify:
        return carries_alerts(name) ? "carries alerts to people" : "no alert goes through it";
      case config::Role::platform:
        return "holds no value of this retailer's";
    }
    return "";
  }

  void systems() {
    title("What each system does");
    line("| system | is | does |\n| --- | --- | --- |");
    for (const auto& [name, connector] : settings_.connectors)
      line("| `" + name + "` | " + std::string(config::text(config::kRoles, connector.role)) + ", " +
           *connector.plugin + " | " + duty(name, connector) + " |");
  }

  void handoffs() {
    title("Every handoff");
    line("| route | from | to | what | started by | in time |\n| --- | --- | --- | --- | --- | --- |");
    for (const report::MapHop& hop : chain_of(settings_).hops)
      line("| " + hop.route + " | " + hop.from + " | " + hop.to + " | " + (hop.op.empty() ? "the event" : hop.op) +
           " | " + hop.trigger + " | " + (hop.sla.empty() ? "not set: never late" : hop.sla) + " |");
  }

  void observed() {
    for (const config::Route& route : settings_.routes)
      if (route.platform == config::Platform::observe)
        line("\nOn route " + *route.name +
             " the register issues at the platform by itself (`platform = \"observe\"`) and says so with the "
             "instrument: the hub looks for it and tells the other systems, and never issues. No limit holds what the "
             "register issues.");
  }

  std::string otherwise(const config::Route& route, const std::string& store) const {
    auto found = settings_.stores.find(store);
    bool own = found != settings_.stores.end() && found->second.otherwise.has_value();
    return std::string(config::text(config::kOtherwise, own ? *found->second.otherwise : route.confirm->otherwise));
  }

  void answer(const std::string& status, const std::string& decision, const std::string& reason,
              const std::string& means) {
    engine::Standing standing;
    standing.status = status;
    standing.decision = decision;
    standing.reason = reason;
    line("| `" + status + "`" + (decision.empty() ? "" : ", " + decision) + " | " + means + " | " +
         words_.instruction(standing, store_) + " |");
  }

  /// What every register may be told, whatever its route says (Engine::standing).
  void accepted_anywhere() {
    answer("accepted", "hold", "under_review", "`under_review`: a person must look first; nothing is promised");
    answer("accepted", "hold", "no_route", "`no_route`: no route takes it; it does not go on by itself");
    if (has_limits())
      answer("accepted", "supervisor", "approval", "`approval`: it is above a limit below; a second person approves");
    answer("accepted", "manual_link", "under_review", "`under_review`: it is with another customer already");
    answer("accepted", "hold", "cancelling",
           "`cancelling`: it is being taken back, and nothing is paid out for it yet");
  }

  void protocol() {
    title("What a register asks and is told");
    line(
        "A register sends each credit before the customer leaves, with the transaction as its identity. The same "
        "transaction "
        "again is the same credit, never a second one. It gets one of four answers:\n");
    line("| answer | means | the cashier reads |\n| --- | --- | --- |");
    answer("confirmed", "", "", "it is in the customer's account");
    for (const config::Route& route : settings_.routes) {
      if (!route.confirm) continue;
      answer("accepted", "hold", "pending",
             "`pending`, route " + *route.name + ": not known within " + seconds(*route.confirm->deadline) +
                 "; it is kept and goes on by itself");
      answer("accepted", otherwise(route, store_), "no_match",
             "route " + *route.name +
                 ": it is not known whose it is; it is kept, and waits for another identifier or a person");
    }
    accepted_anywhere();
    answer("rejected", "", "", "it will not be issued");
    line("| 503, `unavailable` | nothing of this request is kept: the register holds it and sends it again | |");
    line(
        "| 503, `in_doubt`, or no answer | it may be kept: the register sends it again, and pays nothing out for it in "
        "another way | |");
    if (std::ranges::none_of(settings_.routes, [](const config::Route& route) { return route.confirm.has_value(); }))
      line("\nNo route confirms: registers are answered `accepted` at once.");
    observed();
  }

  void stores() {
    if (!store_.empty()) return;
    title("Stores");
    if (settings_.stores.empty()) return line("All stores alike.");
    line("| store | region | language | if it is not known whose it is |\n| --- | --- | --- | --- |");
    for (const auto& [id, store] : settings_.stores) {
      std::string says =
          store.otherwise ? std::string(config::text(config::kOtherwise, *store.otherwise)) : "as the route says";
      line("| " + id + " | " + *store.region + " | " + (store.locale->empty() ? "English" : *store.locale) + " | " +
           says + " |");
    }
  }

  /// Whether the hub may wait for a second person before it issues.
  bool has_limits() const {
    return std::ranges::any_of(settings_.routes, [&](const config::Route& route) {
      return route.issues() && (route.ceilings.first() || settings_.ceilings.first());
    });
  }

  void money() {
    title("What needs a second person");
    std::string any;
    auto limit = [&](const std::string& what, const std::vector<config::Located<Money>>& list) {
      if (!list.empty()) any += "- " + what + " above " + amounts(list) + "\n";
    };
    if (std::ranges::any_of(settings_.routes, &config::Route::issues)) {
      limit("a credit", settings_.ceilings.per_credit);
      limit("all credits of a store and day", settings_.ceilings.per_store_day);
      limit("all credits of a day", settings_.ceilings.per_day);
    }
    for (const config::Route& route : settings_.routes) {
      if (!route.issues()) continue;
      const bool copies = route.platform == config::Platform::observe;
      const std::string one = std::string(copies ? "a copy of a credit" : "a credit") + " of route " + *route.name;
      limit(one, route.ceilings.per_credit);
      limit(one + ", once all credits of its store and day are", route.ceilings.per_store_day);
      limit(one + ", once all credits of the day are", route.ceilings.per_day);
    }
    limit("a void and reissue", settings_.approve_repair_above);
    out_ += any.empty() ? "Nothing: no limit is written.\n" : any;
    line(std::string("\nA credit in the wrong account is linked to the right one") +
         (*settings_.repair == config::Repair::reissue
              ? "; where that is impossible it is voided, the void is read back, and exactly what was removed is "
                "issued again."
              : ", and not reissued: where linking is impossible a person decides."));
    if (!settings_.identity_lookup.empty())
      line("Who a customer is, is asked of " + listed(settings_.identity_lookup) +
           ", in this order. Two that fit, or a contradiction, wait for a person; nobody is guessed.");
  }

  const Settings& settings_;
  RegisterWords words_;
  std::string store_, out_;
};

}  // namespace

std::string charter(const config::Settings& settings, const std::string& store) {
  return Charter(settings, store).run();
}

}  // namespace handoff::serve
