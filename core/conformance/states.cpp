#include "core/conformance/states.hpp"

#include <set>

#include "core/conformance/mutate.hpp"
#include "core/conformance/spot.hpp"

namespace handoff::conformance {

namespace {

constexpr std::size_t kWordMax = 40;   // longer is no word for a state
constexpr std::size_t kWordsMax = 24;  // of one member: more are names, not states

using Words = std::map<std::string, std::set<std::string>>;

void add_words(const std::string& member, const json::Value& value, Words& out) {
  if (value.string() && value.string()->size() <= kWordMax) out[member].insert(*value.string());
  for (const auto& [name, inner] : value.as_object()) add_words(name, inner, out);
  for (const json::Value& element : value.as_array()) add_words(member, element, out);
}

/// By the name of their member, all short texts of all answers.
Words words_of(Bench& bench) {
  Words out;
  for (const Cassette* cassette : bench.cassettes()) {
    const Subject subject = bench.subject(*cassette);
    for (const Exchange& exchange : cassette->exchanges) {
      const std::string text = answer_of(exchange, subject.variables).http.body;
      if (json::Parsed body = json::parse(text))
        add_words("", *body, out);
      else
        for (const Change& change : single_changes(text))
          if (change.path.ends_with(']') && change.was.size() <= kWordMax)
            out[member_of(change.path)].insert(change.was);
    }
  }
  std::erase_if(out, [](const auto& one) { return one.second.size() > kWordsMax; });
  return out;
}

/// What a read or a list shows; nothing where it did not come so far.
json::Array sightings_of(const Cassette& cassette, const Run& run) {
  if (cassette.operation == "list") return run.done() || run.more() ? run.last.emitted : json::Array();
  return run.done() ? run.last.result.at("sightings").as_array() : json::Array();
}

std::vector<std::string> states_of(const Cassette& cassette, const Run& run) {
  std::vector<std::string> out;
  for (const json::Value& seen : sightings_of(cassette, run)) out.emplace_back(seen.at("state").as_string());
  return out;
}

bool believed_whole(const Cassette& cassette, const Run& run) {
  return cassette.operation == "list" ? run.done() || run.more()
                                      : run.done() && run.last.result.at("complete").as_bool();
}

class Learner {
 public:
  explicit Learner(Bench& bench) : bench_(bench), words_(words_of(bench)) {}

  std::vector<StateShown> learn() {
    for (const char* operation : {"read", "list"})
      for (const Cassette* cassette : bench_.cassettes(operation))
        if (bench_.instance(*cassette)) read(*cassette);
    std::erase_if(out_, [&](const StateShown& one) { return !states_.contains(one.member); });
    return std::move(out_);
  }

 private:
  void read(const Cassette& cassette) {
    const Subject subject = bench_.subject(cassette);
    const Run recorded = bench_.play_as_written(cassette, subject);
    const std::vector<std::string> was = states_of(cassette, recorded);
    if (was.empty()) return;
    for (std::size_t i = 0; i < recorded.answers.size() && i < cassette.exchanges.size(); ++i) {
      std::set<std::string> members;
      for (const Change& change : single_changes(recorded.answers[i].http.body)) {
        const std::string member = member_of(change.path);
        const bool flipped = change.was == "true" || change.was == "false";
        const std::string value = flipped ? (change.was == "true" ? "false" : "true") : another_value(change.was);
        if (played(cassette, subject, recorded, i, change, value, was) && !flipped) members.insert(member);
      }
      for (const std::string& member : members)
        for (const std::string& word : words_[member])
          for (const Change& change : changes_to(recorded.answers[i].http.body, member, word))
            if (change.was != word) played(cassette, subject, recorded, i, change, word, was);
    }
  }

  /// True if the state is another then, or a record less is shown.
  bool played(const Cassette& cassette, const Subject& subject, const Run& recorded, std::size_t position,
              const Change& change, const std::string& value, const std::vector<std::string>& was) {
    bench_.at(&cassette, "with " + change.path + " = " + value);
    plugin_host::Answer answer = recorded.answers[position];
    answer.http.body = change.body;
    const Run run = play(*bench_.instance(cassette), subject, script_with(subject, position, std::move(answer)));
    const std::vector<std::string> now = states_of(cassette, run);
    StateShown shown{&cassette, member_of(change.path), value, "", false};
    shown.hidden = believed_whole(cassette, run) && now.size() < was.size();
    for (std::size_t i = 0; i < now.size() && now.size() == was.size(); ++i)
      if (now[i] != was[i]) {
        shown.state = now[i];
        states_.insert(shown.member);
        out_.push_back({&cassette, shown.member, change.was, was[i], false});
      }
    if (shown.state.empty() && !shown.hidden) return false;
    out_.push_back(std::move(shown));
    return true;
  }

  Bench& bench_;
  Words words_;
  std::set<std::string> states_;  // members that hold a state
  std::vector<StateShown> out_;
};

}  // namespace

std::string member_of(const std::string& path) {
  std::string name = path.substr(path.rfind('.') + 1);  // npos + 1 is 0
  return name.substr(0, name.find('['));
}

std::vector<StateShown> states_shown(Bench& bench) { return Learner(bench).learn(); }

std::set<SignShown> signs_shown(Bench& bench) {
  constexpr std::size_t kSidesMax = 6;  // more words tell something else than two sides
  const Words words = words_of(bench);
  std::set<SignShown> out;
  auto amount = [](const Run& run) {
    return run.done() ? money_from_json(run.last.result.at("sightings").at(0).at("amount")) : std::nullopt;
  };
  for (const Cassette* cassette : bench.cassettes("read")) {
    if (!bench.instance(*cassette)) continue;
    const Subject subject = bench.subject(*cassette);
    const Run recorded = bench.play_as_written(*cassette, subject);
    const std::optional<Money> shown = amount(recorded);
    if (!shown || shown->minor() == 0) continue;
    for (std::size_t i = 0; i < recorded.answers.size(); ++i)
      for (const auto& [member, each] : words) {
        if (member.empty() || each.size() < 2 || each.size() > kSidesMax) continue;
        for (const std::string& word : each)
          for (const Change& change : changes_to(recorded.answers[i].http.body, member, word)) {
            bench.at(cassette, "with " + change.path + " = " + word);
            plugin_host::Answer answer = recorded.answers[i];
            answer.http.body = change.body;
            if (amount(play(*bench.instance(*cassette), subject, script_with(subject, i, answer))) == shown->negated())
              out.insert({member, change.was, word});
          }
      }
  }
  return out;
}

}  // namespace handoff::conformance
