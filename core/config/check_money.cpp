// Value goes to one pool, the authority's (INVARIANTS M4, M7), and leaves none without a reason (M8).

#include <algorithm>

#include "core/config/checks.hpp"

namespace handoff::config {

namespace {

bool has_sign(const OperationSheet& sheet, Sign sign) {
  return std::ranges::any_of(sheet.calls, [sign](const CallSheet& call) { return call.sign == sign; });
}

void check_copies(const Settings& settings, const Route& route, Report& report) {
  for (const Hop& hop : route.hops) {
    if (!hop.copy_window || sheet_of(settings, hop) == nullptr) continue;
    if (*hop.to == *settings.retailer.authority)
      report.error(hop.op.at, hop.id + " is the authority's own hop, not a copy", "take value and window out");
    else if (!adds_value(settings, hop))
      report.error(hop.op.at, hop.id + " adds no value to a pool: there is nothing to copy",
                   "take value and window out");
  }
}

/// The hop whose value is the one value: the authority's if there is one, else the first.
const Hop* first_pool(const Settings& settings, const Route& route) {
  const Hop* out = nullptr;
  for (const Hop& hop : route.hops) {
    if (hop.copy_window || !adds_value(settings, hop)) continue;
    if (out == nullptr || (*hop.to == *settings.retailer.authority && *out->to != *hop.to)) out = &hop;
  }
  return out;
}

void check_pools(const Settings& settings, const Route& route, Report& report) {
  bool observed = route.platform == Platform::observe;
  const Hop* first = observed ? nullptr : first_pool(settings, route);
  for (const Hop& hop : route.hops) {
    if (&hop == first || hop.copy_window || !adds_value(settings, hop)) continue;
    std::string why = observed ? "puts value into a pool, but with platform = \"observe\" the register has issued it"
                               : "and " + (first == nullptr ? "" : first->id) + " both put the value into a pool";
    std::string hint = "take the hop out";
    if (*hop.to != *settings.retailer.authority)
      hint += ", or write value = \"copy\" and window = \"24h\" to accept the risk of a double redemption";
    report.error(hop.op.at, hop.id + " " + why, std::move(hint));
  }
}

/// With platform = "observe" one hop looks for what the register issued (D8); elsewhere a look leads to nothing.
void check_observation(const Settings& settings, const Route& route, Report& report) {
  const Text& authority = settings.retailer.authority;
  bool observed = route.platform == Platform::observe, looks = false;
  for (const Hop& hop : route.hops) {
    if (*hop.op != "read") continue;
    looks = looks || *hop.to == *authority;
    if (!observed)
      report.error(hop.op.at, hop.id + " looks for a credit that the hub issues itself",
                   "take the hop out, or write platform = \"observe\" if the register issues there");
    else if (*hop.to != *authority)
      report.error(hop.op.at, hop.id + " looks where no register issues", "look at the authority " + quote(*authority));
  }
  if (observed && !looks && !route.hops.empty() && settings.connector(*authority) != nullptr)
    report.error(route.name.at,
                 "route " + quote(*route.name) + " observes nothing at the authority " + quote(*authority),
                 "add the hop { to = \"" + *authority + "\", do = \"read\" }");
}

void check_issue(const Settings& settings, const Route& route, Report& report) {
  const Text& authority = settings.retailer.authority;
  if (route.platform != Platform::issue || *route.when.event != "credit.issued") return;
  if (route.hops.empty() || settings.connector(*authority) == nullptr) return;
  for (const Hop& hop : route.hops) {
    bool unknown = sheet_of(settings, hop) == nullptr;  // complained about, and perhaps meant as the issue
    if (unknown || (*hop.to == *authority && adds_value(settings, hop))) return;
  }
  report.error(route.name.at, "route " + quote(*route.name) + " issues nothing at the authority " + quote(*authority),
               "add the hop { to = \"" + *authority +
                   "\", do = \"issue\" }, or write platform = \"observe\" if the register issues there itself");
}

void check_removals(const Settings& settings, const Route& route, Report& report) {
  if (*route.when.event != "credit.issued") return;
  for (const Hop& hop : route.hops) {
    const OperationSheet* sheet = sheet_of(settings, hop);
    if (sheet != nullptr && has_sign(*sheet, Sign::removing))
      report.error(hop.op.at, hop.id + " removes value when a credit is issued",
                   "take the hop out: repairs and cancellations remove by themselves");
  }
}

/// M6. Only a booking may be in another currency: what can be spent is what was given.
void check_conversions(const Settings& settings, const Route& route, Report& report) {
  for (const Hop& hop : route.hops) {
    if (!hop.convert) continue;
    const Convert& convert = *hop.convert;
    if (hop.op.at.line != 0 && *hop.op != "record") {
      report.error(
          convert.at,
          hop.id + " cannot be converted: a balance in another currency could not be taken back or shown exactly",
          "take convert out, or convert a booking (do = \"record\")");
      continue;
    }
    if (convert.rates.at.line == 0 || convert.to.at.line == 0) continue;
    auto rates = settings.rates.find(*convert.rates);
    if (rates == settings.rates.end()) {
      std::vector<std::string> names;
      for (const auto& [name, table] : settings.rates) names.push_back(name);
      report.error(convert.rates.at, "no rates " + quote(*convert.rates),
                   names.empty() ? "write [rates." + *convert.rates + "]" : suggestion(*convert.rates, names));
    } else if (std::ranges::none_of(rates->second.table, [&](const auto& rate) { return rate->to == *convert.to; })) {
      report.error(convert.to.at, "[rates." + *convert.rates + "] has no rate to " + *convert.to,
                   "add one, or name another table");
    }
    const Connector* connector = settings.connector(*hop.to);
    std::string_view books = connector == nullptr ? "" : connector->settings.at("currency").as_string();
    if (!books.empty() && books != *convert.to)
      report.error(convert.to.at,
                   *hop.to + " books in " + std::string(books) + " (its settings), and is to be given " + *convert.to,
                   "write to = \"" + std::string(books) + "\"");
  }
}

/// M9 holds what the hub issues, and nothing that a register put there by itself.
void check_ceilings(const Route& route, Report& report) {
  const Position* written = route.ceilings.first();
  if (written == nullptr || route.issues() || route.hops.empty()) return;
  report.warning(*written,
                 "route " + quote(*route.name) + ": its ceilings hold nothing, for the hub issues nothing on it",
                 route.platform == Platform::observe
                     ? "take ceilings out, and limit the registers, which issue by themselves; or let the hub issue: "
                       "platform = \"issue\""
                     : "take ceilings out");
}

}  // namespace

void check_ceilings(const Settings& settings, Report& report) {
  const Position* written = settings.ceilings.first();
  if (written == nullptr || settings.routes.empty() || std::ranges::any_of(settings.routes, &Route::issues)) return;
  report.warning(*written, "[ceilings] holds nothing, for the hub issues nothing on any route",
                 "take it out, and limit the registers, which issue by themselves");
}

bool on_pool(const Settings& settings, const Hop& hop) {
  const Connector* connector = settings.connector(*hop.to);
  if (connector == nullptr) return false;
  if (const Surface* surface = connector->surface(*hop.surface)) return surface->pool;
  return connector->surfaces.empty() || std::ranges::any_of(connector->surfaces, &Surface::pool);
}

bool adds_value(const Settings& settings, const Hop& hop) {
  const OperationSheet* sheet = sheet_of(settings, hop);
  if (sheet == nullptr || !on_pool(settings, hop)) return false;
  if (sheet->name == "mirror" || has_sign(*sheet, Sign::adding)) return true;
  bool undeclared = sheet->calls.empty();
  return undeclared && (sheet->name == "issue" || sheet->name == "unfreeze");
}

void check_money(const Settings& settings, const Route& route, Report& report) {
  check_copies(settings, route, report);
  check_pools(settings, route, report);
  check_issue(settings, route, report);
  check_observation(settings, route, report);
  check_removals(settings, route, report);
  check_conversions(settings, route, report);
  check_ceilings(route, report);
}

}  // namespace handoff::config
