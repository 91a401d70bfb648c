#pragma once
// What the parts of Reader share: its statements, and rows out of one.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/journal/reader.hpp"

namespace handoff::journal {

/// Statements by their text, prepared once.
struct Reader::Statements {
  std::map<const char*, Statement> by_text;
  Statement& begin(Database& db, const char* sql) {
    Statement& statement = by_text[sql];
    if (!statement.prepared()) statement.prepare(db, sql);  // not while the batch has failed: then it is the next one's
    return statement.begin();
  }
};

template <class Row>
std::vector<Row> all(Statement& statement, Row (*from)(const Statement&)) {
  std::vector<Row> rows;
  while (statement.row()) rows.push_back(from(statement));
  return rows;
}

template <class Row>
std::optional<Row> first(Statement& statement, Row (*from)(const Statement&)) {
  std::optional<Row> row;
  if (statement.row()) row = from(statement);
  statement.end();
  return row;
}

inline std::string first_text(Statement& statement) {
  std::string text;
  if (statement.row()) text = statement.text(0);
  statement.end();
  return text;
}

inline std::vector<std::int64_t> integers(Statement& statement) {
  std::vector<std::int64_t> values;
  while (statement.row()) values.push_back(statement.integer(0));
  return values;
}

inline std::optional<std::int64_t> first_integer(Statement& statement) {
  std::optional<std::int64_t> value;
  if (statement.row()) value = statement.integer(0);
  statement.end();
  return value;
}

}  // namespace handoff::journal
