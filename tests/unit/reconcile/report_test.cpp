// The page of an audit: a number is a link, and the link shows as many rows.

#include "core/report/html.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "core/reconcile/audit.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/reconcile/score.hpp"

namespace handoff::reconcile {
namespace {

using Row = std::map<std::string, std::string>;  // of a row of the table, its data- attributes

struct Link {
  std::string key, value, text;
  std::string name() const { return key + ":" + value; }
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

std::string plain(std::string text) {
  for (auto [from, to] : {std::pair("&lt;", "<"), {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}})
    text = replaced(text, from, to);
  return text;
}

std::string unescaped(const std::string& url) {
  std::string out;
  for (std::size_t i = 0; i < url.size(); ++i)
    if (url[i] == '%')
      out += static_cast<char>(std::stoi(url.substr(i + 1, 2), nullptr, 16)), i += 2;
    else
      out += url[i];
  return out;
}

/// Every text between `begin` and `end`.
std::vector<std::string> between(const std::string& page, std::string_view begin, std::string_view end) {
  std::vector<std::string> out;
  for (std::size_t at = 0; (at = page.find(begin, at)) != std::string::npos;) {
    at += begin.size();
    out.push_back(page.substr(at, page.find(end, at) - at));
  }
  return out;
}

std::vector<Link> links(const std::string& page) {
  std::vector<Link> out;
  for (const std::string& one : between(page, "<a href=\"#f=", "</a>")) {
    std::string target = one.substr(0, one.find('"'));
    std::string text = std::regex_replace(one.substr(one.find('>') + 1), std::regex("<[^>]*>"), "");
    out.push_back({target.substr(0, target.find(':')), unescaped(target.substr(target.find(':') + 1)), plain(text)});
  }
  return out;
}

std::vector<Row> rows(const std::string& page) {
  std::string table = page.substr(page.find("<table id=\"findings\">"));
  static const std::regex kData(R"re( data-([a-z]+)="([^"]*)")re");
  std::vector<Row> out;
  for (const std::string& one : between(table, "<tr id=", ">")) {
    Row& row = out.emplace_back();
    for (std::sregex_iterator it(one.begin(), one.end(), kData), end; it != end; ++it) row[(*it)[1]] = plain((*it)[2]);
  }
  return out;
}

/// As the script of the page chooses them.
std::int64_t chosen(const std::vector<Row>& all, const Link& link) {
  static const std::set<std::string> kLists = {"gap", "lacks", "flight", "extra", "lost"};
  return std::ranges::count_if(all, [&](const Row& row) {
    auto said = row.find(link.key);
    if (said == row.end()) return false;
    if (!kLists.contains(link.key)) return said->second == link.value;
    return ("|" + said->second + "|").contains("|" + link.value + "|");
  });
}

/// "1,234 items": 1234. None where the text does not begin with a number: a store's name is a link, too.
std::optional<std::int64_t> number_of(const Link& link) {
  static const std::regex kNumber(
      R"(([0-9]{1,3}(?:,[0-9]{3})*)( (?:items?|credits?|lost or other|in flight|without an issue|of [0-9,]+|items? with a gap))?|[A-Z][a-z][a-z] \d\d h: (\d+) gaps? of .*)");
  std::smatch found;
  if (!std::regex_match(link.text, found, kNumber)) return std::nullopt;
  return std::stoll(replaced(found[1].matched ? found[1] : found[3], ",", ""));
}

report::Audit audit_of(std::uint64_t seed, support::TempDir& dir) {
  exports::Month month = exports::write_month({seed, 20'000, 40}, dir.path().string());
  auto done = audit(request_for(month, dir.path().string()));
  EXPECT_TRUE(done) << done.error().text();
  return done ? std::move(*done) : report::Audit{};
}

TEST(Report, EveryLinkedNumberIsHowManyRowsItsLinkShows) {
  for (std::uint64_t seed : {1u, 2u}) {
    support::TempDir dir;
    std::string page = report::html(audit_of(seed, dir));
    std::vector<Row> all = rows(page);
    std::map<std::string, int> keys;
    for (const Link& link : links(page)) {
      std::optional<std::int64_t> number = number_of(link);
      if (number) ++keys[link.key];
      if (number)
        EXPECT_EQ(chosen(all, link), *number) << "seed " << seed << ", " << link.name() << ": " << link.text;
      else
        EXPECT_GT(chosen(all, link), 0) << "seed " << seed << ", " << link.name() << ": " << link.text;
    }
    for (const char* key : {"gap", "currency", "money", "cause", "lacks", "flight", "extra", "lost", "store",
                            "terminal", "staff", "hour", "week"})
      EXPECT_GT(keys[key], 0) << key << " is behind no number";
  }
}

TEST(Report, RowsBeyondThePageAreCountedForEveryLink) {
  support::TempDir dir;
  report::Audit audit = audit_of(1, dir);
  std::string whole = report::html(audit), page = report::html(audit, 50);
  std::vector<Row> all = rows(whole), some = rows(page);
  ASSERT_EQ(some.size(), 50u);
  std::map<std::string, std::int64_t> beyond;
  for (const std::string& one : between(page, "<li data-f=\"", "</li>"))
    beyond[plain(one.substr(0, one.find('"')))] = std::stoll(one.substr(one.find('>') + 1));
  EXPECT_EQ(beyond[""], static_cast<std::int64_t>(all.size()) - 50);
  for (const Link& link : links(whole)) {
    if (link.key == "item") continue;
    EXPECT_EQ(chosen(some, link) + beyond[link.name()], chosen(all, link)) << link.name();
  }
  EXPECT_FALSE(whole.contains("id=\"beyond\""));
}

report::Finding finding(const char* item, report::Kind kind, report::Cause cause) {
  report::Finding out;
  out.id = std::string(item) + std::to_string(static_cast<int>(kind));
  out.item = item;
  out.kind = kind;
  out.cause = cause;
  out.currency = "USD";
  out.store = "S1";
  return out;
}

TEST(Report, AnItemWithSeveralFindingsIsOneItemAndItsFindingsLeadToEachOther) {
  report::Audit audit;
  audit.given.fill(true);
  audit.credits = 9;
  audit.credits_with_gap = 1;
  audit.findings = {finding("a", report::Kind::not_voided, report::Cause::not_voided),
                    finding("a", report::Kind::not_linked, report::Cause::f3),
                    finding("b", report::Kind::missing, report::Cause::in_flight)};
  audit.findings[0].wrong[3] = audit.findings[2].wrong[3] = audit.findings[2].young[3] = true;
  std::vector<Row> all = rows(report::html(audit));
  EXPECT_EQ(chosen(all, {"gap", "any", ""}), 1);
  EXPECT_EQ(chosen(all, {"store", "S1", ""}), 1);
  EXPECT_EQ(chosen(all, {"item", "1", ""}), 2);
  EXPECT_EQ(chosen(all, {"unlinked", "yes", ""}), 1);
  EXPECT_EQ(chosen(all, {"lacks", "erp", ""}), 1);
  EXPECT_EQ(chosen(all, {"flight", "erp", ""}), 1);
  EXPECT_EQ(chosen(all, {"lost", "erp", ""}), 0);
}

}  // namespace
}  // namespace handoff::reconcile
