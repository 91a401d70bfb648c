#pragma once
// What a search of the ERP's asks for: a domain over rows, and which fields of those that fit are answered.

#include <map>
#include <string>

#include "json.hpp"

namespace sandbox::tryton {

/// One record, its fields by name; those of another record behind a dot: "move.state". A date or time is as the
/// protocol writes it.
using Row = std::map<std::string, Json, std::less<>>;

/// Whether the row fits a domain: clauses [field, operator, value] and lists that begin with "AND" or "OR", nested. A
/// field the row does not have, or another operator than =, !=, in, <, <=, > and >=, fits nothing.
bool fits(const Row& row, const Json& domain);

/// The answer for one row: `id`, and each field asked for; "move.state" as {"move.": {"id": ..., "state": ...}}.
Json selected(const Row& row, const Json& fields);

}  // namespace sandbox::tryton
