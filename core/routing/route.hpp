#pragma once
// Which way a credit goes, and why. Pure.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/model/conversion.hpp"

namespace handoff::routing {

struct Hop {
  std::string id;         // default "to.do"
  std::string connector;  // the operator's name
  std::string op;
  std::vector<std::string> after;  // hop ids
  bool verify = true;
  std::int64_t sla_ms = 0;
  bool paused = false;
  std::optional<Conversion> convert;                    // of a booking
  std::map<std::string, std::string> map_balance_type;  // before the route's own
};

struct Confirm {
  std::int64_t deadline_ms = 1500;
  std::string otherwise = "hold";
  bool after_verified = false;
};

/// Minor units by currency; a currency that is not there has no limit (INVARIANTS M9).
using Limits = std::map<std::string, std::int64_t>;
struct Ceilings {
  Limits per_credit, per_store_day, per_day;
};

struct Route {
  std::string name;
  std::string event = "credit.issued";
  std::vector<std::string> from;           // sources; empty = any
  std::vector<std::string> balance_types;  // empty = any
  bool observe = false;
  std::optional<Confirm> confirm;
  std::vector<Hop> hops;
  std::map<std::string, std::string> map_balance_type;
  Ceilings ceilings;        // the route's and the retailer's, the lower of each
  std::int64_t sla_ms = 0;  // from accepted to complete; 0 = none
};

/// What a route is chosen by.
struct Facts {
  std::string event, source, balance_type;
  std::string only = {};  // this route and no other, whatever it is for: of a probe
};

struct Choice {
  const Route* route = nullptr;
  std::string why;  // "register-credit: from register, balance type general"; or why none fits
};

/// A source that knows one kind of credit names none: that is the ordinary one.
std::string type_or_general(const std::string& balance_type);
/// What this hop calls it: by its own map, else by the route's, else as it is.
std::string type_at(const Route& route, const Hop& hop, const std::string& balance_type);

/// The first route that fits, in the order of the configuration.
Choice choose(const std::vector<Route>& routes, const Facts& facts);

}  // namespace handoff::routing
