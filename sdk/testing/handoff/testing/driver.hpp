#pragma once
// Runs one operation of a connector the way the host does, with replies from a script: a step per reply, and on every
// step the calls made before must come out the same, byte for byte. For a connector's own tests.

#include <fstream>
#include <functional>
#include <handoff/sdk/connector.hpp>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace handoff::testing {

/// The text of a file of `folder`; throws std::runtime_error with its name if there is none.
inline std::string fixture(const std::string& folder, const std::string& name) {
  std::ifstream file(folder + "/" + name);
  if (!file) throw std::runtime_error("no fixture " + folder + "/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// A call as it crossed the boundary.
struct Asked {
  std::uint32_t kind = 0;
  std::uint32_t retry = 0;
  std::string label, method, target, body;
  std::map<std::string, std::string> headers;
  std::string secret, message, expected;  // MAC_CHECK and MAC
  friend bool operator==(const Asked&, const Asked&) = default;
  json::Value json() const {
    json::Parsed parsed = json::parse(body);
    return parsed ? *parsed : json::Value();
  }
};

/// What the script answers.
struct Answer {
  Answer() = default;
  Answer(int http_status, std::string text) : status(http_status), body(std::move(text)) {}
  static Answer adopted(const Sighting& sighting) {
    Answer out(0, json::write(encode(sighting)));
    out.kind = HANDOFF_REPLY_ADOPTED;
    return out;
  }
  static Answer checked(bool genuine) {
    Answer out(genuine ? 1 : 0, "");
    out.kind = HANDOFF_REPLY_CHECKED;
    return out;
  }
  std::uint32_t kind = HANDOFF_REPLY_HTTP;
  int status = 200;
  std::string body;
  std::map<std::string, std::string> headers;
};

struct Verdict {
  std::uint32_t kind = HANDOFF_VERDICT_UNKNOWN;
  std::string code, message;
  Echoes echoes;
  std::uint64_t retry_after_ms = 0;
};

/// Everything one run said.
struct RunResult {
  std::vector<Asked> asked;
  std::map<std::string, Verdict> verdicts;
  std::vector<json::Value> emitted;
  bool done = false, more = false, failed = false;
  std::uint32_t failure = 0;
  json::Value result;   // of done, the cursor of more, or the detail of fail
  std::string problem;  // a broken rule of abi.h: two ends, a changed replay, ...

  template <class Result>
  Result as() const {
    Result out;
    decode(result, out);
    return out;
  }
};

class Driver {
 public:
  using Script = std::function<Answer(const Asked&)>;

  explicit Driver(const handoff_plugin& plugin, const json::Value& settings) : plugin_(plugin) {
    Step step;
    std::string text = json::write(settings);
    const handoff_settings all = {sizeof(handoff_settings), 0, {text.data(), text.size()}};
    instance_ = plugin_.create(&all, &step.sink);
    if (!instance_) config_problem_ = step.run.result;
  }
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  ~Driver() {
    if (instance_) plugin_.destroy(instance_);
  }

  /// Null if the settings were taken, else the detail of the refusal.
  const json::Value& config_problem() const { return config_problem_; }
  void call_id(std::string label, std::string key, std::string ref20) {
    ids_.push_back({std::move(label), std::move(key), std::move(ref20)});
  }
  void now_ms(std::int64_t value) { now_ms_ = value; }

  template <class Input>
  RunResult run(std::string_view operation, const Input& input, const Script& script, std::string_view payload = {}) {
    return run_json(operation, json::write(encode(input)), script, payload);
  }

 private:
  struct Id {
    std::string label, key, ref20;
  };

  struct Step {
    Step() {
      sink.struct_size = sizeof sink;
      sink.host = this;
      sink.call = [](handoff_sink* self, const handoff_call* call) { of(self).on_call(*call); };
      sink.verdict = [](handoff_sink* self, const handoff_verdict* verdict) { of(self).on_verdict(*verdict); };
      sink.emit = [](handoff_sink* self, handoff_str text) { of(self).run.emitted.push_back(value(text)); };
      sink.done = [](handoff_sink* self, handoff_str text) { of(self).end(of(self).run.done, text); };
      sink.more = [](handoff_sink* self, handoff_str text) { of(self).end(of(self).run.more, text); };
      sink.fail = [](handoff_sink* self, std::uint32_t failure, handoff_str text) {
        of(self).run.failure = failure;
        of(self).end(of(self).run.failed, text);
      };
    }
    static Step& of(handoff_sink* self) { return *static_cast<Step*>(self->host); }
    static std::string text(handoff_str view) { return view.len ? std::string(view.ptr, view.len) : std::string(); }
    static json::Value value(handoff_str view) {
      json::Parsed parsed = json::parse(text(view));
      return parsed ? *parsed : json::Value("not JSON: " + text(view));
    }
    void end(bool& flag, handoff_str detail) {
      if (run.done || run.more || run.failed) run.problem = "the run ended twice";
      flag = true;
      run.result = value(detail);
    }
    void on_verdict(const handoff_verdict& raw) {
      Verdict verdict;
      verdict.kind = raw.kind;
      verdict.code = text(raw.code);
      verdict.message = text(raw.message);
      verdict.retry_after_ms = raw.retry_after_ms;
      if (raw.echoes_json.len) decode(value(raw.echoes_json), verdict.echoes);
      run.verdicts[text(raw.label)] = verdict;
    }
    void on_call(const handoff_call& raw) {
      Asked asked;
      asked.kind = raw.kind;
      asked.retry = raw.retry_class;
      asked.label = text(raw.label);
      if (raw.kind == HANDOFF_CALL_MAC_CHECK) {
        const auto& check = *static_cast<const handoff_mac_check*>(raw.request);
        asked.secret = text(check.secret);
        asked.message = text(check.message);
        asked.expected = text(check.expected);
      } else if (raw.kind == HANDOFF_CALL_MAC) {
        const auto& mac = *static_cast<const handoff_mac_request*>(raw.request);
        asked.secret = text(mac.secret);
        asked.message = text(mac.message);
      } else if (raw.kind == HANDOFF_CALL_FILE) {
        on_file(*static_cast<const handoff_file_request*>(raw.request), asked);
      } else if (raw.kind == HANDOFF_CALL_SLEEP) {
        asked.method = "SLEEP";
        asked.target = "/" + std::to_string(static_cast<const handoff_sleep_request*>(raw.request)->milliseconds);
      } else {
        const auto& http = *static_cast<const handoff_http_request*>(raw.request);
        asked.method = text(http.method);
        asked.target = text(http.target);
        asked.body = text(http.body);
        for (std::size_t i = 0; i < http.n_headers; ++i)
          asked.headers[text(http.headers[i].name)] = text(http.headers[i].value);
      }
      run.asked.push_back(std::move(asked));
    }
    /// As cassettes write it: READ /claimed/a.csv, "offset" and "length" among the headers.
    static void on_file(const handoff_file_request& file, Asked& asked) {
      static constexpr const char* kNames[] = {"", "LIST", "READ", "CLAIM", "WRITE", "MOVE"};
      asked.method = file.action < 6 ? kNames[file.action] : "";
      asked.target = "/" + text(file.path);
      asked.body = text(file.content);
      if (file.action == HANDOFF_FILE_MOVE) asked.headers["to"] = "/" + text(file.to);
      if (file.action == HANDOFF_FILE_LIST && file.offset > 0) asked.headers["offset"] = std::to_string(file.offset);
      if (file.action != HANDOFF_FILE_READ) return;
      asked.headers["offset"] = std::to_string(file.offset);
      asked.headers["length"] = std::to_string(file.length);
    }
    handoff_sink sink = {};
    RunResult run;
  };

  RunResult run_json(std::string_view operation, const std::string& input, const Script& script,
                     std::string_view payload) {
    const handoff_operation* found = nullptr;
    for (std::uint32_t i = 0; i < plugin_.n_operations; ++i)
      if (Step::text(plugin_.operations[i].id) == operation) found = &plugin_.operations[i];
    RunResult out;
    if (!found) {
      out.problem = "no operation " + std::string(operation);
      return out;
    }
    std::vector<Asked> before;
    std::vector<Answer> answers;
    for (int steps = 0; steps < 100; ++steps) {
      out = one_step(*found, input, payload, before, answers);
      if (!out.problem.empty() || out.done || out.more || out.failed) return out;
      bool together = true;
      for (std::size_t i = answers.size(); i < out.asked.size(); ++i)
        together = together && out.asked[i].retry == HANDOFF_RETRY_SAFE;
      if (out.asked.size() != answers.size() + 1 && (out.asked.size() <= answers.size() || !together)) {
        out.problem = "the step neither asked for one call, or for several safe ones, nor ended";
        return out;
      }
      before = out.asked;
      answers.push_back(script(out.asked[answers.size()]));
    }
    out.problem = "more than 100 calls";
    return out;
  }

  RunResult one_step(const handoff_operation& operation, const std::string& input, std::string_view payload,
                     const std::vector<Asked>& before, const std::vector<Answer>& answers) {
    std::vector<handoff_call_id> ids;
    for (const Id& id : ids_)
      ids.push_back({sizeof(handoff_call_id), 0, detail::view(id.label), detail::view(id.key), detail::view(id.ref20)});
    std::vector<const handoff_call_id*> ids_at;
    for (const handoff_call_id& id : ids) ids_at.push_back(&id);
    handoff_args args = {};
    args.struct_size = sizeof args;
    args.now_ms = now_ms_;
    args.input_json = detail::view(input);
    args.payload = detail::view(payload);
    args.call_ids = ids_at.data();
    args.n_call_ids = ids.size();

    std::vector<std::vector<handoff_pair>> headers(answers.size());
    std::vector<handoff_reply> replies;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      for (const auto& [name, value] : answers[i].headers)
        headers[i].push_back({detail::view(name), detail::view(value)});
      handoff_reply reply = {};
      reply.struct_size = sizeof reply;
      reply.kind = answers[i].kind;
      reply.status = static_cast<std::uint32_t>(answers[i].status);
      reply.label = detail::view(before[i].label);
      reply.headers = headers[i].data();
      reply.n_headers = headers[i].size();
      reply.body = detail::view(answers[i].body);
      replies.push_back(reply);
    }
    std::vector<const handoff_reply*> pointers;
    for (const handoff_reply& reply : replies) pointers.push_back(&reply);
    Step step;
    operation.step(instance_, &args, pointers.data(), pointers.size(), &step.sink);
    for (std::size_t i = 0; i < before.size() && step.run.problem.empty(); ++i)
      if (i >= step.run.asked.size() || !(step.run.asked[i] == before[i]))
        step.run.problem = "call " + before[i].label + " changed between two steps";
    return step.run;
  }

  const handoff_plugin& plugin_;
  handoff_instance* instance_ = nullptr;
  json::Value config_problem_;
  std::vector<Id> ids_;
  std::int64_t now_ms_ = 1'795'442'400'000;  // 2026-11-23T14:00:00Z
};

}  // namespace handoff::testing

extern "C" const handoff_plugin handoff_plugin_v1;
