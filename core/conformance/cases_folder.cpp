// A system that is a folder: what a connector may read there, when it may put a file away, and names that others chose.

#include <algorithm>

#include "core/conformance/bench.hpp"

namespace handoff::conformance {

namespace {

using plugin_host::Answer;
using plugin_host::Asked;

constexpr std::string_view kClaimed = "/claimed/";

/// A pull: only what is claimed is this hub's, and only what an earlier run committed may be put away.
void judge_pull(Bench& bench, const Cassette& cassette, const Run& run) {
  std::vector<std::string> read;
  for (const Asked& asked : run.asked) {
    const std::string& path = asked.http.target;
    if (asked.http.method == "READ" && !path.starts_with(kClaimed))
      bench.find(&cassette,
                 "'" + asked.label + "' reads " + path +
                     ", which is not claimed: another hub may take it too, and who drops it may still write");
    if (asked.http.method == "READ") read.push_back(path);
    if (asked.http.method == "MOVE" && !run.last.emitted.empty() && std::ranges::find(read, path) != read.end())
      bench.find(&cassette,
                 "'" + asked.label + "' puts " + path +
                     " away in the run that reads it: its records are not committed by then, and a crash loses them");
  }
}

/// What somebody who may drop files may call them.
const std::vector<std::string>& odd_names() {
  static const std::vector<std::string> list = {"..",   "../kit",   "kit/../../kit",      "/kit",
                                                ".kit", "kit\nkit", std::string(300, 'k')};
  return list;
}

/// The answer to a LIST with other names, each with the ending of the one it stands for. Nothing: it holds no files.
std::optional<Answer> renamed(const Answer& listed, const std::string& name) {
  json::Parsed body = json::parse(listed.http.body);
  if (!body || body->at("files").as_array().empty()) return std::nullopt;
  json::Array files;
  for (const json::Value& one : body->at("files").as_array()) {
    std::string_view old = one.at("name").as_string();
    json::Object other = one.as_object();
    other.set("name", name + std::string(old.substr(std::min(old.rfind('.'), old.size()))));
    files.emplace_back(std::move(other));
  }
  Answer out = listed;
  json::Object changed = body->as_object();
  changed.set("files", std::move(files));
  out.http.body = json::write(json::Value(std::move(changed)));
  return out;
}

void odd_names(Bench& bench, const Cassette& cassette, const Subject& subject) {
  for (const std::string& name : odd_names()) {
    bool listed = false;
    Run run =
        play(*bench.instance(cassette), subject, [&, tape = script_of(subject)](const Asked& asked, std::size_t at) {
          std::optional<Answer> answer = tape(asked, at);
          if (!answer || asked.http.method != "LIST") return answer;
          std::optional<Answer> odd = renamed(*answer, name);
          listed = listed || odd;
          return odd ? odd : answer;
        });
    if (!listed) return;
    if (!run.misbehaviour.empty())
      bench.find(&cassette, "a file that somebody called \"" + name.substr(0, 20) + "\": " + run.misbehaviour);
  }
}

/// A thousand files of others, where the one that was dropped is behind them.
Answer strangers(const Answer& listed) {
  json::Array files;
  for (int i = 0; i < 1000; ++i)
    files.emplace_back(
        json::Object{{"name", "kit" + std::to_string(i) + ".kit"}, {"size", 7}, {"modified_ms", 1'795'442'000'000}});
  json::Object body;
  body.set("files", std::move(files)).set("more", true);
  Answer out = listed;
  out.http.body = json::write(json::Value(std::move(body)));
  return out;
}

/// Exporters leave markers beside what they drop, and a list shows the oldest: a pull that ends there never reads what is
/// new (M2). Whoever takes any name, asks on or fails does not end.
void list_cut_off(Bench& bench, const Cassette& cassette, const Subject& subject) {
  bool shown = false;
  Run run = play(*bench.instance(cassette), subject,
                 [&, tape = script_of(subject)](const Asked& asked, std::size_t at) -> std::optional<Answer> {
                   std::optional<Answer> answer = shown ? std::nullopt : tape(asked, at);
                   const std::string& path = asked.http.target;
                   bool own = path.starts_with(kClaimed) || path + "/" == kClaimed;
                   if (!answer || asked.http.method != "LIST" || own || answer->http.status != 200) return answer;
                   shown = true;
                   return strangers(*answer);
                 });
  if (shown && run.done())
    bench.find(&cassette, "'" + run.asked.back().label +
                              "' shows a thousand files of others and says that more follow, and the pull ends as if "
                              "nothing had been dropped: ask on behind them, or fail");
}

}  // namespace

void case_folder(Bench& bench) {
  for (const Cassette* cassette : bench.cassettes()) {
    if (!bench.instance(*cassette)) continue;
    Subject subject = bench.subject(*cassette);
    bench.at(cassette, "what is read and put away");
    Run run = bench.play_as_written(*cassette, subject);
    if (cassette->operation == "pull") judge_pull(bench, *cassette, run);
    bench.at(cassette, "a thousand files of others before its own");
    if (cassette->operation == "pull") list_cut_off(bench, *cassette, subject);
    bench.at(cassette, "names that others chose");
    odd_names(bench, *cassette, subject);
  }
}

}  // namespace handoff::conformance
