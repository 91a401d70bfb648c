#include "tests/support/store_view.hpp"

#include <sqlite3.h>

#include <stdexcept>

namespace handoff::support {

StoreView::StoreView(const std::string& path) {
  if (sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK)
    throw std::runtime_error(path + ": " + sqlite3_errmsg(db_));
  sqlite3_busy_timeout(db_, 5000);
}

StoreView::~StoreView() { sqlite3_close(db_); }

std::vector<std::vector<std::string>> StoreView::rows(const std::string& sql) const {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
    throw std::runtime_error(sql + ": " + sqlite3_errmsg(db_));
  std::vector<std::vector<std::string>> out;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    std::vector<std::string>& row = out.emplace_back();
    for (int column = 0; column < sqlite3_column_count(statement); ++column) {
      const unsigned char* text = sqlite3_column_text(statement, column);
      row.emplace_back(text ? reinterpret_cast<const char*>(text) : "");
    }
  }
  if (sqlite3_finalize(statement) != SQLITE_OK) throw std::runtime_error(sql + ": " + sqlite3_errmsg(db_));
  return out;
}

std::map<std::string, HubCredit> StoreView::credits() const {
  std::map<std::string, HubCredit> out;
  std::map<std::string, HubCredit*> by_no;
  for (const auto& row : rows("SELECT txn, no, amount, currency, state, reason FROM credits")) {
    HubCredit& credit = out[row[0]];
    credit.no = std::stoll(row[1]);
    credit.minor = std::stoll(row[2]);
    credit.currency = row[3];
    credit.state = row[4];
    credit.reason = row[5];
    by_no[row[1]] = &credit;
  }
  for (const auto& row : rows("SELECT credit, connector, state FROM hops"))
    if (auto found = by_no.find(row[0]); found != by_no.end()) found->second->hops[row[1]] = row[2];
  for (const auto& row : rows("SELECT credit, kind, reason FROM cases WHERE state = 'open'"))
    if (auto found = by_no.find(row[0]); found != by_no.end())
      found->second->open_cases.push_back(row[1] + ": " + row[2]);
  return out;
}

std::int64_t StoreView::active() const { return number("SELECT count(*) FROM credits WHERE active = 1"); }

std::int64_t StoreView::number(const std::string& sql) const { return std::stoll(rows(sql).at(0).at(0)); }

std::map<std::string, std::int64_t> StoreView::counts(const std::string& sql) const {
  std::map<std::string, std::int64_t> out;
  for (const auto& row : rows(sql)) out[row.at(0)] = std::stoll(row.at(1));
  return out;
}

}  // namespace handoff::support
