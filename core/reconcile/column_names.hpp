#pragma once
// What exports call their columns, in English and German. Pure.

#include <string>
#include <string_view>
#include <vector>

namespace handoff::reconcile {

/// What a column can mean to a map, apart from the reference.
enum class Means {
  email,
  phone,
  loyalty,
  currency,
  time,
  clock,
  business_date,
  balance,
  amount,
  type,
  status,
  balance_type,
  store,
  terminal,
  staff,
  author,
  customer,
  instrument,
  transaction,  // a number of the register's, part of a reference
  line,         // of that transaction
  count
};

/// "creditAmount_EUR" -> credit, amount, eur. Umlauts become two letters; a dotted name gives the words of all its parts.
std::vector<std::string> words_of(std::string_view name);

/// How well the name says it: 0 not at all, 100 and more by its whole name (of the last part of a dotted one), less by
/// one of its words.
int rating(Means means, std::string_view name);

/// The same for what all systems call the credit.
int reference_rating(std::string_view name);

}  // namespace handoff::reconcile
