#include "core/serve/routes.hpp"

#include <algorithm>

namespace handoff::serve {

void lower(routing::Limits& limits, const std::vector<config::Located<Money>>& amounts) {
  for (const config::Located<Money>& amount : amounts) {
    auto [known, fresh] = limits.emplace(amount->currency(), amount->minor());
    if (!fresh) known->second = std::min(known->second, amount->minor());
  }
}

void lower(routing::Ceilings& ceilings, const config::Ceilings& from) {
  lower(ceilings.per_credit, from.per_credit);
  lower(ceilings.per_store_day, from.per_store_day);
  lower(ceilings.per_day, from.per_day);
}

namespace {

Conversion conversion_of(const config::Convert& from, const config::Rates& rates) {
  Conversion out;
  out.to = from.to.value;
  out.rates = rates.name.value;
  out.rounding = rates.rounding;
  for (const config::Located<Rate>& rate : rates.table) out.table.push_back(rate.value);
  return out;
}

std::map<std::string, std::string> words_of(const std::map<std::string, config::Text>& from) {
  std::map<std::string, std::string> out;
  for (const auto& [type, mapped] : from) out[type] = mapped.value;
  return out;
}

routing::Route route_of(const config::Settings& settings, const config::Route& from,
                        const routing::Ceilings& ceilings) {
  routing::Route out;
  out.ceilings = ceilings;
  lower(out.ceilings, from.ceilings);
  out.sla_ms = from.sla ? from.sla->value.count() : 0;
  out.name = from.name.value;
  out.event = from.when.event.value;
  for (const config::Text& name : from.when.from) out.from.push_back(name.value);
  for (const config::Text& type : from.when.balance_type) out.balance_types.push_back(type.value);
  out.observe = from.platform == config::Platform::observe;
  if (from.confirm) {
    routing::Confirm confirm;
    confirm.deadline_ms = from.confirm->deadline.value.count();
    confirm.otherwise = config::text(config::kOtherwise, from.confirm->otherwise);
    confirm.after_verified = from.confirm->after == config::ConfirmAfter::verified;
    out.confirm = confirm;
  }
  for (const config::Hop& hop : from.hops) {
    routing::Hop planned;
    planned.id = hop.id;
    planned.connector = hop.to.value;
    planned.op = hop.op.value;
    for (const config::Text& id : hop.after) planned.after.push_back(id.value);
    planned.verify = hop.verify.value == config::Verify::read_back;
    planned.sla_ms = hop.sla ? hop.sla->value.count() : 0;
    planned.paused = hop.paused;
    if (hop.convert) planned.convert = conversion_of(*hop.convert, settings.rates.at(*hop.convert->rates));
    planned.map_balance_type = words_of(hop.map_balance_type);
    out.hops.push_back(std::move(planned));
  }
  out.map_balance_type = words_of(from.map_balance_type);
  return out;
}

}  // namespace

std::vector<routing::Route> routes_of(const config::Settings& settings) {
  routing::Ceilings ceilings;
  lower(ceilings, settings.ceilings);
  std::vector<routing::Route> out;
  for (const config::Route& route : settings.routes) out.push_back(route_of(settings, route, ceilings));
  return out;
}

}  // namespace handoff::serve
