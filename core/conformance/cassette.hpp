#pragma once
// A connector's `conformance/` folder: recorded conversations, what the vendor is like, settings and waivers.
// The format is in docs/guides/connector-testing.md. Text in braces is filled in per run, see fill.hpp.

#include <filesystem>
#include <handoff/sdk/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace handoff::conformance {

/// One call and the vendor's answer to it, as written.
struct Exchange {
  std::string label;
  json::Value request;                  // method, target, headers, json | form | text: what must be in it
  bool reads = false;                   // a request that only reads, though its method is POST
  json::Value reply;                    // status, headers, json | text
  std::vector<std::string> documented;  // odd answers that this vendor documents and that say something: "{}"
  std::optional<bool> genuine;          // a signature check, and its answer
  std::optional<std::string> mac;       // a MAC, of `secret` and `message` where they are written
  std::string secret, message;
};

/// One run of one operation, from its input to its end.
struct Cassette {
  std::string name;  // of the file, without ".json"
  std::string operation;
  std::string says, source;  // what happens, for people; where the answers come from
  bool stub = false;         // the scaffold's; must be filled in
  json::Value settings, input;
  std::string payload;             // inbound: the raw body
  std::string unsigned_why;        // inbound: why this vendor's notifications carry no signature
  std::int64_t stale_after_s = 0;  // inbound: how old a signature may be, where it covers a time
  bool stateless = false;          // of a read: the vendor's record has no state; what is listed is active
  std::int64_t now_ms = 0;
  std::vector<Exchange> exchanges;
  json::Value expect;  // end, result, emits, failure, outcomes
  /// Of a read: the calls that had taken effect when the vendor showed this. Nothing: not part of a story.
  std::optional<std::vector<std::string>> after;
  std::string one_page;  // of a read or a list: why the vendor's answer never has a second page
  std::string of;        // of a read: the one cassette whose effect it shows; empty: any
};

/// "The sheet's promise X of case Y is broken here, and that is accepted because Z."
struct Waiver {
  std::string case_id;
  std::string cassette;  // empty: any
  std::string reason;
};

struct Folder {
  std::filesystem::path path;
  json::Value settings;
  json::Value model;  // null: no model.json
  std::vector<Cassette> cassettes;
  std::vector<Waiver> waivers;
  std::vector<std::string> problems;  // "issue.json: exchanges[0].reply.status: write a number"
};

/// Reads the folder whole. What cannot be read is in `problems`; a folder that is not there is one problem.
Folder read_folder(const std::filesystem::path& path);

}  // namespace handoff::conformance
