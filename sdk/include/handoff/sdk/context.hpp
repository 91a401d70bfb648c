#pragma once
// The replay at the heart of a step, and its two front ends: `Context` for coroutines, `PlainContext` for plain
// functions. Connector code reads as a straight line; each step runs it again from the top over the replies so far.

#include <handoff/sdk/call.hpp>
#include <handoff/sdk/task.hpp>

namespace handoff {

namespace detail {
inline handoff_str view(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view view(handoff_str text) { return {text.ptr, text.len}; }

/// Takes out of `words` what the members of the input hold that end in no log: bearer codes and who a customer is.
inline void mask_members(const json::Value& input, std::string& words) {
  for (const auto& [name, value] : input.as_object()) {
    mask_members(value, words);
    bool telling = name == "code" || name == "email" || name == "phone" || name == "name" || name == "loyalty";
    if (!telling || value.as_string().empty()) continue;
    const std::string text(value.as_string());
    for (std::size_t at = words.find(text); at != std::string::npos; at = words.find(text, at + 3))
      words.replace(at, text.size(), "***");
  }
}
}  // namespace detail

/// What both front ends share: ids, clock, verdicts, emits.
class Replay {
 public:
  Replay(const handoff_args& args, const handoff_reply* const* replies, std::size_t count, handoff_sink& sink)
      : args_(args), replies_(replies), count_(count), sink_(sink) {}
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  /// Unix milliseconds, fixed when the operation began. There is no other clock.
  std::int64_t now_ms() const { return args_.now_ms; }
  /// The idempotency key of a declared call (36 characters), and its 20-character form.
  std::string key(std::string_view label) const { return std::string(detail::view(call_id(label).key)); }
  std::string ref20(std::string_view label) const { return std::string(detail::view(call_id(label).ref20)); }
  /// The vendor's words as they may be told: without the codes and the customer that the input holds. Vendors quote.
  std::string masked(std::string words) const {
    json::Parsed input = json::parse(detail::view(args_.input_json));
    if (input) detail::mask_members(*input, words);
    return words;
  }
  /// The raw body of a webhook.
  std::string_view payload() const { return detail::view(args_.payload); }

  template <class Record>
  void emit(const Record& record) {
    std::string text = json::write(encode(record));
    sink_.emit(&sink_, detail::view(text));
  }

  /// The vendor did it; `echoes` holds what its answer says of it.
  void applied(const Reply& reply, const Echoes& echoes) {
    std::string text = json::write(encode(echoes));
    give_verdict(HANDOFF_VERDICT_APPLIED, reply.label(), "", "", 0, text);
  }
  void accepted(const Reply& reply, const std::string& code) {
    give_verdict(HANDOFF_VERDICT_ACCEPTED, reply.label(), code, "", 0, "");
  }
  /// These three end the run. `code`: "400/duplicate_found" as listed in the sheet.
  [[noreturn]] void rejected(const Reply& reply, const std::string& code, const std::string& message) {
    give_verdict(HANDOFF_VERDICT_REJECTED, reply.label(), code, message, 0, "");
    throw Failure(Failed::rejected, code + ": " + message);
  }
  [[noreturn]] void refused(const Reply& reply, const std::string& code, std::uint64_t retry_after_ms) {
    give_verdict(HANDOFF_VERDICT_REFUSED, reply.label(), code, "", retry_after_ms, "");
    throw Failure(Failed::rate_limited, code);
  }
  [[noreturn]] void unclear(const Reply& reply, const std::string& code, const std::string& message) {
    give_verdict(HANDOFF_VERDICT_UNKNOWN, reply.label(), code, message, 0, "");
    throw Failure(Failed::unreadable, code + ": " + message);
  }

 protected:
  /// Asks for the call; the reply if it is already there.
  std::optional<Reply> ask(const Request& request) {
    say(request);
    return next_reply();
  }
  void say(const Request& request) {
    std::vector<handoff_pair> headers;
    for (const auto& [name, value] : request.headers()) headers.push_back({detail::view(name), detail::view(value)});
    handoff_http_request http = {};
    http.struct_size = sizeof http;
    http.method = detail::view(request.method());
    http.target = detail::view(request.target());
    http.headers = headers.data();
    http.n_headers = headers.size();
    http.body = detail::view(request.body());
    say(HANDOFF_CALL_HTTP, static_cast<std::uint32_t>(request.retry()), request.label(), &http);
  }
  /// Nothing, until all replies are there.
  std::optional<std::vector<Reply>> ask_together(const std::vector<const Request*>& requests) {
    for (const Request* request : requests) {
      if (request->retry() != Retry::safe)
        throw Failure(Failed::bug, "'" + request->label() + "' is not safe, and asked for together with others");
      say(*request);
    }
    std::vector<Reply> out;
    while (out.size() < requests.size()) {
      std::optional<Reply> reply = next_reply();
      if (!reply) return std::nullopt;
      out.push_back(*reply);
    }
    return out;
  }
  static std::vector<const Request*> pointers(const std::vector<Request>& requests) {
    std::vector<const Request*> out;
    for (const Request& request : requests) out.push_back(&request);
    return out;
  }
  std::optional<Reply> ask(const FileRequest& request) {
    handoff_file_request file = {};
    file.struct_size = sizeof file;
    file.action = request.action();
    file.path = detail::view(request.path());
    file.to = detail::view(request.to());
    file.offset = request.offset();
    file.length = request.length();
    file.content = detail::view(request.content());
    return ask(HANDOFF_CALL_FILE, static_cast<std::uint32_t>(request.retry()), request.label(), &file);
  }
  std::optional<Reply> ask(const Sleep& rest) {
    handoff_sleep_request sleep = {};
    sleep.struct_size = sizeof sleep;
    sleep.milliseconds = rest.milliseconds();
    return ask(HANDOFF_CALL_SLEEP, HANDOFF_RETRY_SAFE, rest.label(), &sleep);
  }
  std::optional<Reply> ask(const Mac& mac) {
    handoff_mac_request request = {};
    request.struct_size = sizeof request;
    request.algorithm = mac.algorithm();
    request.encoding = mac.encoding();
    request.secret = detail::view(mac.secret());
    request.message = detail::view(mac.message());
    return ask(HANDOFF_CALL_MAC, HANDOFF_RETRY_SAFE, mac.label(), &request);
  }
  std::optional<Reply> ask(const MacCheck& check) {
    handoff_mac_check request = {};
    request.struct_size = sizeof request;
    request.algorithm = check.algorithm();
    request.encoding = check.encoding();
    request.secret = detail::view(check.secret());
    request.message = detail::view(check.message());
    request.expected = detail::view(check.expected());
    return ask(HANDOFF_CALL_MAC_CHECK, HANDOFF_RETRY_SAFE, check.label(), &request);
  }

 private:
  std::optional<Reply> ask(std::uint32_t kind, std::uint32_t retry, std::string_view label, const void* request) {
    say(kind, retry, label, request);
    return next_reply();
  }
  void say(std::uint32_t kind, std::uint32_t retry, std::string_view label, const void* request) {
    handoff_call call = {};
    call.struct_size = sizeof call;
    call.kind = kind;
    call.retry_class = retry;
    call.label = detail::view(label);
    call.request = request;
    sink_.call(&sink_, &call);
  }
  /// Of the first call that has none yet.
  std::optional<Reply> next_reply() {
    if (next_ == count_) return std::nullopt;
    const handoff_reply& reply = *replies_[next_++];
    // A newer host may answer in a way this SDK does not know: never taken for an HTTP answer.
    if (reply.kind < HANDOFF_REPLY_HTTP || reply.kind > HANDOFF_REPLY_CHECKED)
      throw Failure(Failed::unsupported,
                    "a reply of kind " + std::to_string(reply.kind) + ", which this SDK does not know");
    return Reply(reply);
  }
  void give_verdict(std::uint32_t kind, std::string_view label, std::string_view code, std::string_view message,
                    std::uint64_t retry_after_ms, std::string_view echoes) {
    handoff_verdict verdict = {};
    verdict.struct_size = sizeof verdict;
    verdict.kind = kind;
    verdict.label = detail::view(label);
    verdict.code = detail::view(code);
    verdict.message = detail::view(message);
    verdict.echoes_json = detail::view(echoes);
    verdict.retry_after_ms = retry_after_ms;
    sink_.verdict(&sink_, &verdict);
  }
  const handoff_call_id& call_id(std::string_view label) const {
    for (std::size_t i = 0; i < args_.n_call_ids; ++i)
      if (detail::view(args_.call_ids[i]->label) == label) return *args_.call_ids[i];
    throw Failure(Failed::bug, "no call '" + std::string(label) + "' is declared in connector.json");
  }

  const handoff_args& args_;
  const handoff_reply* const* replies_;
  std::size_t count_;
  std::size_t next_ = 0;
  handoff_sink& sink_;
};

/// The coroutine front end: `Reply r = co_await c.send(request);`
class Context : public Replay {
 public:
  using Replay::Replay;

  class Sent {
   public:
    explicit Sent(std::optional<Reply> reply) : reply_(reply) {}
    bool await_ready() const noexcept { return reply_.has_value(); }
    void await_suspend(std::coroutine_handle<>) const noexcept {}  // the step ends here; the frames are destroyed
    Reply await_resume() const { return *reply_; }

   private:
    std::optional<Reply> reply_;
  };

  /// The replies to several safe requests, in their order.
  class SentTogether {
   public:
    explicit SentTogether(std::optional<std::vector<Reply>> replies) : replies_(std::move(replies)) {}
    bool await_ready() const noexcept { return replies_.has_value(); }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
    std::vector<Reply> await_resume() const { return *replies_; }

   private:
    std::optional<std::vector<Reply>> replies_;
  };

  Sent send(const Request& request) { return Sent(ask(request)); }
  /// Asks for all of them at once, at most 16: `std::vector<Reply> both = co_await c.all(one, other);`
  template <class... More>
  SentTogether all(const Request& first, const More&... more) {
    return SentTogether(ask_together({&first, &more...}));
  }
  SentTogether all(const std::vector<Request>& requests) { return SentTogether(ask_together(pointers(requests))); }
  Sent send(const FileRequest& request) { return Sent(ask(request)); }
  Sent send(const Sleep& rest) { return Sent(ask(rest)); }
  Sent send(const Mac& mac) { return Sent(ask(mac)); }
  Sent check(const MacCheck& check) { return Sent(ask(check)); }
};

/// The plain front end, for compilers whose coroutines are not to be trusted: `Reply r = c.send(request);` leaves the
/// function by an internal exception until the reply is there. Do not catch (...) around it.
class PlainContext : public Replay {
 public:
  using Replay::Replay;
  class NotYet {};

  Reply send(const Request& request) { return take(ask(request)); }
  template <class... More>
  std::vector<Reply> all(const Request& first, const More&... more) {
    return take_all(ask_together({&first, &more...}));
  }
  std::vector<Reply> all(const std::vector<Request>& requests) { return take_all(ask_together(pointers(requests))); }
  Reply send(const FileRequest& request) { return take(ask(request)); }
  Reply send(const Sleep& rest) { return take(ask(rest)); }
  Reply send(const Mac& mac) { return take(ask(mac)); }
  Reply check(const MacCheck& check) { return take(ask(check)); }

 private:
  static Reply take(std::optional<Reply> reply) {
    if (!reply) throw NotYet();
    return *reply;
  }
  static std::vector<Reply> take_all(std::optional<std::vector<Reply>> replies) {
    if (!replies) throw NotYet();
    return std::move(*replies);
  }
};

}  // namespace handoff
