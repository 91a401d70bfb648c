#pragma once
// Both halves of one step inside one process: what the connector is shown, and what takes down what it says. The hub
// uses them on its own connectors; for a connector in a child, the child shows and the hub takes down (wire.hpp).
// Private to this folder.

#include "core/plugin_host/growth.hpp"
#include "core/plugin_host/instance.hpp"

namespace handoff::plugin_host {

inline constexpr std::size_t kTextBytesMax = 8u << 20;  // of anything a connector says
inline constexpr std::size_t kHeadersMax = 1000;
inline constexpr std::uint64_t kReadBytesMax = 1u << 20;  // of a file, by one call
inline constexpr std::uint64_t kSleepMsMax = 300'000;

inline handoff_str view(std::string_view text) { return {text.data(), text.size()}; }

/// The struct where the layout wants it, with what a newer host would have behind it.
template <class T>
const T* placed_struct(const T& value, const Layout& layout) {
  if (!layout.place) return &value;
  std::string bytes(reinterpret_cast<const char*>(&value), sizeof value);
  bytes.append(layout.extra_bytes, '\xA5');
  return reinterpret_cast<const T*>(layout.place(bytes));
}

/// The host's half of the sink: copies what the connector says into a Step, and blames what cannot be read.
class Sink {
 public:
  explicit Sink(Step& step, const Layout& layout = {});
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  handoff_sink* raw() { return at_; }

 private:
  static Sink& of(handoff_sink* raw) { return *static_cast<Sink*>(raw->host); }
  void blame(const std::string& what);
  std::string text(handoff_str raw);
  json::Value read(handoff_str raw, const char* what);
  void end(StepEnd how, handoff_str detail);
  void emit(handoff_str record) { step_.emitted.push_back(read(record, "a record")); }
  void verdict(const handoff_verdict& raw);
  void call(const handoff_call& raw);
  /// The request of a call, if it can be read.
  template <class Request>
  std::optional<Request> request_of(const handoff_call& raw, const Asked& out) {
    std::optional<Request> request = taken<Request>(raw.request);
    if (!request) cut(out);
    return request;
  }
  void cut(const Asked& out) { blame("the request of '" + out.label + "' is missing or cut short"); }
  void http(const handoff_http_request& raw, Asked& out, std::string& all);
  void file(const handoff_file_request& raw, Asked& out, std::string& all);
  void rest(const handoff_sleep_request& raw, Asked& out, std::string& all);
  void mac_check(const handoff_mac_check& raw, Asked& out, std::string& all);
  void mac(const handoff_mac_request& raw, Asked& out, std::string& all);
  bool known_mac(std::uint32_t algorithm, std::uint32_t encoding, const Asked& out);

  Step& step_;
  handoff_sink raw_ = {};
  handoff_sink* at_ = nullptr;
};

/// The C view of arguments and answers; lives for one step.
class Call {
 public:
  Call(const Arguments& arguments, const std::vector<Answer>& answers, const Layout& layout) : layout_(layout) {
    for (const CallIds& id : arguments.ids)
      ids_.push_back({sized<handoff_call_id>(), 0, put(id.label), put(id.key), put(id.ref20)});
    for (const handoff_call_id& id : ids_) ids_at_.push_back(placed_struct(id, layout));
    args_.struct_size = sized<handoff_args>();
    args_.now_ms = arguments.now_ms;
    args_.input_json = put(arguments.input);
    args_.payload = put(arguments.payload);
    args_.call_ids = placed(ids_at_);
    args_.n_call_ids = ids_.size();
    headers_.resize(answers.size());
    for (std::size_t i = 0; i < answers.size(); ++i) {
      for (const auto& [name, value] : answers[i].http.headers) headers_[i].push_back({put(name), put(value)});
      handoff_reply reply = {};
      reply.struct_size = sized<handoff_reply>();
      reply.kind = answers[i].kind;
      reply.status = static_cast<std::uint32_t>(answers[i].http.status);
      reply.label = put(answers[i].label);
      reply.headers = placed(headers_[i]);
      reply.n_headers = headers_[i].size();
      reply.body = put(answers[i].http.body);
      replies_.push_back(reply);
    }
    args_at_ = placed_struct(args_, layout);
    for (const handoff_reply& reply : replies_) pointers_.push_back(placed_struct(reply, layout));
    replies_at_ = placed(pointers_);
  }
  const handoff_args* args() const { return args_at_; }
  const handoff_reply* const* replies() const { return replies_at_; }
  std::size_t count() const { return replies_.size(); }

 private:
  handoff_str put(std::string_view text) const {
    if (!layout_.place) return view(text);
    return {text.empty() ? nullptr : layout_.place(text), text.size()};
  }
  template <class T>
  std::uint32_t sized() const {
    return static_cast<std::uint32_t>(sizeof(T)) + layout_.extra_bytes;
  }
  template <class T>
  const T* placed(const std::vector<T>& list) const {
    if (!layout_.place || list.empty()) return list.data();
    std::string_view bytes(reinterpret_cast<const char*>(list.data()), list.size() * sizeof(T));
    return reinterpret_cast<const T*>(layout_.place(bytes));
  }

  const Layout& layout_;
  handoff_args args_ = {};
  const handoff_args* args_at_ = nullptr;
  const handoff_reply* const* replies_at_ = nullptr;
  std::vector<handoff_call_id> ids_;
  std::vector<const handoff_call_id*> ids_at_;
  std::vector<std::vector<handoff_pair>> headers_;
  std::vector<handoff_reply> replies_;
  std::vector<const handoff_reply*> pointers_;
};

/// Settings as `create` is given them, a view of `written`.
inline handoff_settings settings_of(const std::string& written) { return {sizeof(handoff_settings), 0, view(written)}; }

/// Where the operation "issue/1" is in a checked header, or null.
const handoff_operation* find_operation(const handoff_plugin& header, std::string_view id);

}  // namespace handoff::plugin_host
