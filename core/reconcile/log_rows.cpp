#include "core/reconcile/log_rows.hpp"

#include <algorithm>
#include <handoff/sdk/money.hpp>

#include "core/reconcile/row_reader.hpp"
#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {

namespace {

using report::Side;

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

std::optional<Side> side_named(std::string_view name) {
  auto found = std::ranges::find(report::kSideNames, name);
  if (found == report::kSideNames.end()) return std::nullopt;
  return static_cast<Side>(found - report::kSideNames.begin());
}

/// What logs call an outcome where the map says nothing else: words, and the status of HTTP.
std::optional<bool> outcome_of(const std::string& word) {
  static constexpr std::string_view kOk[] = {"OK", "SUCCESS", "SUCCEEDED", "DONE", "DELIVERED", "ACCEPTED", "TRUE"};
  static constexpr std::string_view kFailed[] = {"FAILED",  "FAILURE",  "ERROR",     "TIMEOUT", "TIMED OUT",
                                                 "REFUSED", "REJECTED", "EXCEPTION", "FALSE"};
  if (std::ranges::find(kOk, word) != std::end(kOk)) return true;
  if (std::ranges::find(kFailed, word) != std::end(kFailed)) return false;
  bool status = word.size() == 3 && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
  if (!status) return std::nullopt;
  return word[0] == '2';
}

class Reader {
 public:
  Reader(const Request& request, const std::function<void(const LogRow&)>& each)
      : request_(request), map_(request.log_map), each_(each) {}

  std::expected<LogWarnings, Refusal> run() {
    for (const std::string& path : request_.logs)
      if (auto read = file(path); !read) return std::unexpected(read.error());
    std::string names;
    for (const std::string& one : unknown_) names += (names.empty() ? "" : ", ") + one;
    if (!names.empty())
      warnings_.push_back("the logs name systems that the map does not know, and their rows were left out: " + names +
                          "; say [logs] systems");
    return std::move(warnings_);
  }

 private:
  std::expected<void, Refusal> file(const std::string& path) {
    auto input = Input::open(path);
    if (!input) return std::unexpected(input.error());
    auto columns = find_columns(**input, map_.columns);
    if (!columns) return std::unexpected(columns.error());
    std::int64_t rows = 0, bad = 0;
    std::uint64_t line = (*input)->first_line(), first_bad = 0;
    std::string first_why;
    Block block;
    for (;;) {
      auto more = (*input)->next(block);
      if (!more) return std::unexpected(more.error());
      if (!*more) break;
      line += for_rows(block, (*input)->shape(), (*input)->delimiter(), *columns, [&](const RawRow& row) {
        ++rows;
        std::string why = one(path, line + row.lines, row);
        if (why.empty() || bad++ > 0) return;
        first_bad = line + row.lines;
        first_why = why;
      });
    }
    if (bad * 2 >= rows && bad > 0)
      return std::unexpected(
          Refusal{path, first_bad,
                  first_why + " (and " + std::to_string(bad) + " of " + std::to_string(rows) + " rows cannot be read)",
                  "correct [logs] in the map"});
    if (bad > 0)
      warnings_.push_back(path + ":" + std::to_string(first_bad) + ": " + first_why + "; " + std::to_string(bad) +
                          " of " + std::to_string(rows) + " rows of this log were left out");
    return {};
  }

  /// Why it cannot be read; a row that is about nothing of ours can.
  std::string one(const std::string& path, std::uint64_t line, const RawRow& row) {
    if (row.problem != nullptr) return row.problem;
    const Fields& fields = *row.fields;
    LogRow out;
    out.word = fields[at(Field::type)];
    std::string word = upper(out.word);
    if (auto written = map_.outcomes.find(word); written != map_.outcomes.end()) {
      if (written->second == "ignore") return {};
      out.ok = written->second == "ok";
    } else if (auto known = outcome_of(word)) {
      out.ok = *known;
    } else {
      return "'" + std::string(out.word.substr(0, 40)) + "' is no outcome; say [logs] outcomes";
    }
    auto side = side_of(fields[at(Field::store)]);
    if (!side) return {};
    out.side = *side;
    if (std::string why = times(fields, out); !why.empty()) return why;
    out.message = fields[at(Field::author)];
    if (reference_key(fields, map_.columns, key_)) out.key = key_;
    out.file = path;
    out.line = line;
    each_(out);
    return {};
  }

  std::optional<Side> side_of(std::string_view written) {
    if (map_.columns.store.empty()) return side_named(map_.system_always);
    std::string word = upper(written);
    auto mapped = map_.systems.find(word);
    std::string name = mapped != map_.systems.end() ? mapped->second : std::string(written);
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    auto side = side_named(name);
    if (!side && unknown_.size() < 5 && std::ranges::find(unknown_, written) == unknown_.end())
      unknown_.emplace_back(written.substr(0, 40));
    return side == Side::pos ? std::nullopt : side;
  }

  std::string times(const Fields& fields, LogRow& out) const {
    if (std::string_view text = fields[at(Field::time)]; !text.empty()) {
      auto moment = parse_time(text, map_.columns, map_.columns.time_format);
      if (!moment) return "'" + std::string(text.substr(0, 40)) + "' is not a time as the map writes them";
      out.time_s = moment->utc_s;
    }
    if (std::string_view text = fields[at(Field::balance)]; !text.empty()) {
      std::string whole(text.substr(0, map_.seconds ? std::string_view::npos : text.find('.')));
      if (std::size_t dot = whole.find('.'); dot != std::string::npos) whole = whole.substr(0, dot + 4);
      out.took_ms = parse_decimal(whole, map_.seconds ? 3 : 0);
      if (!out.took_ms || *out.took_ms < 0) return "'" + std::string(text.substr(0, 40)) + "' is no duration";
    }
    return {};
  }

  const Request& request_;
  const config::LogMap& map_;
  const std::function<void(const LogRow&)>& each_;
  std::vector<std::string> unknown_;
  std::string key_;
  LogWarnings warnings_;
};

}  // namespace

std::expected<LogWarnings, Refusal> read_logs(const Request& request, const std::function<void(const LogRow&)>& each) {
  return Reader(request, each).run();
}

}  // namespace handoff::reconcile
