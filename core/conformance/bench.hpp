#pragma once
// What a case works with: the loaded connector, its cassettes and its model, and the way to report what is wrong.
// One bench lives in one child process.

#include <memory>

#include "core/conformance/child.hpp"
#include "core/conformance/play.hpp"
#include "core/conformance/truth.hpp"

namespace handoff::conformance {

class Bench {
 public:
  Bench(const plugin_host::Plugin& plugin, const json::Value& sheet, const Folder& folder, const Model& model,
        Reporter& reporter)
      : plugin_(plugin), sheet_(sheet), folder_(folder), model_(model), reporter_(reporter) {}

  const plugin_host::Plugin& plugin() const { return plugin_; }
  const Manifest& manifest() const { return plugin_.manifest(); }
  const json::Value& sheet() const { return sheet_; }  // connector.json as it is written
  const Folder& folder() const { return folder_; }
  const Model& model() const { return model_; }

  /// The cassettes that can be played: their operation exists and they are no stubs.
  std::vector<const Cassette*> cassettes() const;
  /// Those of one operation.
  std::vector<const Cassette*> cassettes(std::string_view operation) const;

  /// Defaults of the schema, then the folder's settings, then the cassette's.
  json::Value settings(const Cassette& cassette) const;
  /// A connector with those settings, shared by all who ask for the same. Null, and a finding, if it refuses them.
  const plugin_host::Instance* instance(const Cassette& cassette);
  std::unique_ptr<plugin_host::Instance> fresh(const json::Value& settings) const;

  /// The subject of the cassette as written, or with another input.
  Subject subject(const Cassette& cassette) const { return subject_of(manifest(), cassette, cassette.input); }
  /// The run of the cassette as written.
  Run play_as_written(const Cassette& cassette, const Subject& subject);

  /// Where the work is, for the case that the child does not come back.
  void at(const Cassette* cassette, const std::string& what);
  /// `cassette` null: the connector as a whole. After a few of one cassette the rest is only counted.
  void find(const Cassette* cassette, const std::string& what);
  /// What the case could not try here: told beside its result, so that "passes" is not read as more than it is.
  void untried(const Cassette& cassette, const std::string& what) { untried(cassette.name + ": " + what); }
  void untried(const std::string& what);

 private:
  const plugin_host::Plugin& plugin_;
  const json::Value& sheet_;
  const Folder& folder_;
  const Model& model_;
  Reporter& reporter_;
  std::map<std::string, std::unique_ptr<plugin_host::Instance>> instances_;  // by the text of their settings
  std::map<std::string, int> found_;
};

/// By what `read` shows whether the call took effect: as the sheet looks it up or, of a call that is reversed, as the hub
/// reads it as gone. Empty: in no way.
std::string way_to_look(const Manifest& manifest, const OperationSheet& operation, const CallSheet& call);

/// One rule that a connector is held to.
struct Case {
  const char* id;     // "lost-reply"
  const char* title;  // what is done, in a line
  const char* why;    // what goes wrong in a hub without it
  const char* todo;   // how it is usually put right
  bool money;         // cannot be waived
  void (*run)(Bench&);
};

/// In the order in which they are best read.
const std::vector<Case>& all_cases();

void case_sheet(Bench& bench);
void case_symbols(Bench& bench);
void case_cassettes(Bench& bench);
void case_plays(Bench& bench);
void case_repeat(Bench& bench);
void case_resume(Bench& bench);
void case_two_processes(Bench& bench);
void case_two_at_once(Bench& bench);
void case_settings(Bench& bench);
void case_odd_settings(Bench& bench);
void case_memory(Bench& bench);
void case_older_host(Bench& bench);
void case_newer_host(Bench& bench);
void case_clock(Bench& bench);
void case_unreadable(Bench& bench);
void case_status(Bench& bench);
void case_rate_limited(Bench& bench);
void case_lost_reply(Bench& bench);
void case_words(Bench& bench);
void case_echoes(Bench& bench);
void case_drift(Bench& bench);
void case_secrets(Bench& bench);
void case_signing(Bench& bench);
void case_sightings(Bench& bench);
void case_hidden(Bench& bench);
void case_absence(Bench& bench);
void case_amounts(Bench& bench);
void case_currencies(Bench& bench);
void case_entries(Bench& bench);
void case_customer(Bench& bench);
void case_promises(Bench& bench);
void case_one_effect(Bench& bench);
void case_webhook(Bench& bench);
void case_pages(Bench& bench);
void case_targets(Bench& bench);
void case_folder(Bench& bench);

}  // namespace handoff::conformance
