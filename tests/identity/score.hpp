#pragma once
// How well core/identity tells who was meant.

#include <map>
#include <string>
#include <vector>

#include "core/identity/index.hpp"
#include "tests/identity/cases.hpp"

namespace handoff::identity_set {

struct Counts {
  std::size_t entries = 0, linked = 0, wrong = 0;
  std::size_t linkable = 0, linkable_linked = 0;  // that the files call linkable
  std::size_t parked_with_person = 0, person_first = 0;
};

struct Score {
  Counts all;
  std::map<std::string, Counts> by_kind;
  std::vector<std::string> wrong,
      missed;  // ids of entries linked to another, and of linkable ones that were not linked
};

/// The rules of the generated set: dots and plus at gmail.com, plus at outlook.com, three programmes.
identity::Rules rules_of_the_set();

/// `region`: in which all records are read, as a hub reads those of its systems, which do not say; empty: each in its own.
void fill(identity::Index& index, const Set& set, const identity::Rules& rules, const std::string& region = {});
Score score(const Set& set, const identity::Rules& rules, const std::string& region = {});

}  // namespace handoff::identity_set
