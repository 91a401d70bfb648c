#include "core/plugin_host/instance.hpp"

#include <chrono>

#include "core/crypto/hash.hpp"

namespace handoff::plugin_host {

namespace {

handoff_str view(std::string_view text) { return {text.data(), text.size()}; }
std::string text(handoff_str raw) { return raw.len ? std::string(raw.ptr, raw.len) : std::string(); }

constexpr std::size_t kTextBytesMax = 8u << 20;  // of anything a connector says
constexpr std::size_t kHeadersMax = 1000;

/// Whether the struct can be read: it is there, and as long as this handoff's ABI has it.
template <class T>
bool whole(const T* raw) {
  return raw != nullptr && raw->struct_size >= sizeof(T);
}

void put(std::string& out, std::string_view field) {
  out += std::to_string(field.size());
  out += ':';
  out += field;
}

/// The struct where the layout wants it, with what a newer host would have behind it.
template <class T>
const T* placed_struct(const T& value, const Layout& layout) {
  if (!layout.place) return &value;
  std::string bytes(reinterpret_cast<const char*>(&value), sizeof value);
  bytes.append(layout.extra_bytes, '\xA5');
  return reinterpret_cast<const T*>(layout.place(bytes));
}

/// The host's half of the sink: copies what the connector says into a Step.
class Sink {
 public:
  explicit Sink(Step& step, const Layout& layout = {}) : step_(step) {
    raw_.struct_size = static_cast<std::uint32_t>(sizeof raw_) + layout.extra_bytes;
    raw_.host = this;
    raw_.call = [](handoff_sink* raw, const handoff_call* call) {
      whole(call) ? of(raw).call(*call) : of(raw).blame("a call is missing or cut short");
    };
    raw_.verdict = [](handoff_sink* raw, const handoff_verdict* verdict) {
      whole(verdict) ? of(raw).verdict(*verdict) : of(raw).blame("a verdict is missing or cut short");
    };
    raw_.emit = [](handoff_sink* raw, handoff_str record) { of(raw).emit(record); };
    raw_.done = [](handoff_sink* raw, handoff_str result) { of(raw).end(StepEnd::done, result); };
    raw_.more = [](handoff_sink* raw, handoff_str cursor) { of(raw).end(StepEnd::more, cursor); };
    raw_.fail = [](handoff_sink* raw, std::uint32_t failure, handoff_str detail) {
      of(raw).step_.failure = failure;
      of(raw).end(StepEnd::failed, detail);
    };
    at_ = const_cast<handoff_sink*>(placed_struct(raw_, layout));
  }
  handoff_sink* raw() { return at_; }

 private:
  static Sink& of(handoff_sink* raw) { return *static_cast<Sink*>(raw->host); }
  void blame(const std::string& what) {
    if (step_.misbehaviour.empty()) step_.misbehaviour = what;
  }
  /// What the connector says, as far as it can be had.
  std::string text(handoff_str raw) {
    bool readable = raw.len == 0 || (raw.ptr != nullptr && raw.len <= kTextBytesMax);
    if (!readable) blame("a text has no bytes, or more than " + std::to_string(kTextBytesMax));
    return readable ? plugin_host::text(raw) : std::string();
  }
  json::Value read(handoff_str raw, const char* what) {
    std::string said = text(raw);
    if (said.empty()) return json::Value();
    json::Parsed parsed = json::parse(said);
    if (!parsed) blame(std::string(what) + " is no JSON: " + parsed.error.message);
    return parsed ? *parsed : json::Value();
  }
  void end(StepEnd how, handoff_str detail) {
    if (step_.end != StepEnd::waiting) blame("the step ended twice");
    step_.end = how;
    step_.result = read(detail, "the result");
  }
  void emit(handoff_str record) { step_.emitted.push_back(read(record, "a record")); }
  void verdict(const handoff_verdict& raw) {
    Verdict out;
    out.kind = raw.kind;
    out.label = text(raw.label);
    out.code = text(raw.code);
    out.message = text(raw.message);
    out.retry_after_ms = raw.retry_after_ms;
    std::string problem = raw.echoes_json.len ? decode(read(raw.echoes_json, "echoes"), out.echoes) : std::string();
    if (!problem.empty()) blame("echoes of '" + out.label + "': " + problem);
    step_.verdicts.push_back(std::move(out));
  }
  void call(const handoff_call& raw) {
    if (step_.end != StepEnd::waiting) blame("a call after the end of the step");
    Asked out;
    out.kind = raw.kind;
    out.retry = raw.retry_class;
    out.safe = raw.retry_class == HANDOFF_RETRY_SAFE;
    out.label = text(raw.label);
    std::string all;
    put(all, out.label);
    put(all, std::to_string(raw.kind) + "/" + std::to_string(raw.retry_class));
    if (raw.kind == HANDOFF_CALL_HTTP)
      http(static_cast<const handoff_http_request*>(raw.request), out, all);
    else if (raw.kind == HANDOFF_CALL_HMAC)
      hmac(static_cast<const handoff_hmac_check*>(raw.request), out, all);
    else
      blame("'" + out.label + "' is a kind of call this handoff does not know: " + std::to_string(raw.kind));
    out.digest = crypto::base32(crypto::bytes(crypto::sha256(all)).substr(0, 15));
    step_.asked.push_back(std::move(out));
  }
  void http(const handoff_http_request* request, Asked& out, std::string& all) {
    if (!whole(request) || request->n_headers > kHeadersMax || (request->n_headers > 0 && !request->headers))
      return blame("the request of '" + out.label + "' is missing or cut short");
    const handoff_http_request& raw = *request;
    out.http.method = text(raw.method);
    out.http.target = text(raw.target);
    out.http.body = text(raw.body);
    put(all, out.http.method);
    put(all, out.http.target);
    put(all, out.http.body);
    for (std::size_t i = 0; i < raw.n_headers; ++i) {
      out.http.headers.emplace_back(text(raw.headers[i].name), text(raw.headers[i].value));
      put(all, out.http.headers.back().first);
      put(all, out.http.headers.back().second);
    }
    if (!out.http.target.starts_with('/')) blame("the target of '" + out.label + "' must start with '/'");
  }
  void hmac(const handoff_hmac_check* check, Asked& out, std::string& all) {
    if (!whole(check)) return blame("the check of '" + out.label + "' is missing or cut short");
    const handoff_hmac_check& raw = *check;
    out.hmac = {raw.algorithm, raw.encoding, text(raw.secret), text(raw.message), text(raw.expected)};
    put(all, std::to_string(raw.algorithm) + "/" + std::to_string(raw.encoding));
    put(all, out.hmac.secret);
    put(all, out.hmac.message);
    put(all, out.hmac.expected);
  }

  Step& step_;
  handoff_sink raw_ = {};
  handoff_sink* at_ = nullptr;
};

/// The C view of arguments and answers; lives for one step.
class Call {
 public:
  Call(const Arguments& arguments, const std::vector<Answer>& answers, const Layout& layout) : layout_(layout) {
    for (const CallIds& id : arguments.ids) ids_.push_back({put(id.label), put(id.key), put(id.ref20)});
    args_.struct_size = static_cast<std::uint32_t>(sizeof args_) + layout.extra_bytes;
    args_.now_ms = arguments.now_ms;
    args_.input_json = put(arguments.input);
    args_.payload = put(arguments.payload);
    args_.call_ids = placed(ids_);
    args_.n_call_ids = ids_.size();
    headers_.resize(answers.size());
    for (std::size_t i = 0; i < answers.size(); ++i) {
      for (const auto& [name, value] : answers[i].http.headers) headers_[i].push_back({put(name), put(value)});
      handoff_reply reply = {};
      reply.struct_size = static_cast<std::uint32_t>(sizeof reply) + layout.extra_bytes;
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
  std::vector<std::vector<handoff_pair>> headers_;
  std::vector<handoff_reply> replies_;
  std::vector<const handoff_reply*> pointers_;
};

/// The rules a finished step must have kept (abi.h, top).
std::string broken_rule(const Step& step, std::size_t answers, const std::vector<Asked>& before) {
  for (std::size_t i = 0; i < before.size() && i < answers; ++i) {
    if (i >= step.asked.size()) return "the call '" + before[i].label + "' of the step before was not repeated";
    if (step.asked[i].digest != before[i].digest)
      return "the call '" + before[i].label +
             "' came out different from the step before; is there a clock, a random "
             "number or an unordered container in it?";
  }
  std::size_t expected = answers + (step.end == StepEnd::waiting ? 1 : 0);
  if (step.asked.size() != expected)
    return "the step asked for " + std::to_string(step.asked.size()) + " calls after " + std::to_string(answers) +
           " answers" + (step.end == StepEnd::waiting ? " and did not end" : " and ended");
  for (std::size_t i = 0; i < step.asked.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (step.asked[i].label == step.asked[j].label) return "the label '" + step.asked[i].label + "' is used twice";
  return {};
}

}  // namespace

std::expected<std::unique_ptr<Instance>, json::Value> Instance::create(const Plugin& plugin,
                                                                       const json::Value& settings) {
  std::unique_ptr<Instance> out(new Instance(plugin));
  Step step;
  Sink sink(step);
  std::string written = json::write(settings);
  out->instance_ = plugin.header().create(view(written), sink.raw());
  if (!out->instance_) return std::unexpected(step.result);
  return out;
}

Instance::~Instance() {
  if (instance_) plugin_.header().destroy(instance_);
}

const handoff_operation* Instance::find(std::string_view operation) const {
  const OperationSheet* sheet = manifest().operation(operation);
  if (!sheet) return nullptr;
  std::string id = sheet->name + "/" + std::to_string(sheet->revision);
  for (std::uint32_t i = 0; i < plugin_.header().n_operations; ++i)
    if (const handoff_operation& one = operation_at(plugin_.header(), i); text(one.id) == id) return &one;
  return nullptr;
}

Step Instance::step(std::string_view operation, const Arguments& arguments, const std::vector<Answer>& answers,
                    const std::vector<Asked>& before, const Layout& layout) const {
  Step out;
  const handoff_operation* found = find(operation);
  if (!found) {
    out.end = StepEnd::failed;
    out.failure = HANDOFF_FAIL_UNSUPPORTED;
    return out;
  }
  Sink sink(out, layout);
  Call call(arguments, answers, layout);
  auto began = std::chrono::steady_clock::now();
  found->step(instance_, call.args(), call.replies(), call.count(), sink.raw());
  auto took = std::chrono::steady_clock::now() - began;
  out.elapsed_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(took).count();
  if (out.misbehaviour.empty()) out.misbehaviour = broken_rule(out, answers.size(), before);
  counters_.steps.fetch_add(1, std::memory_order_relaxed);
  auto elapsed = static_cast<std::uint64_t>(out.elapsed_ns);
  counters_.nanoseconds.fetch_add(elapsed, std::memory_order_relaxed);
  if (elapsed > counters_.slowest_ns.load(std::memory_order_relaxed))
    counters_.slowest_ns.store(elapsed, std::memory_order_relaxed);
  if (!out.misbehaviour.empty()) counters_.misbehaved.fetch_add(1, std::memory_order_relaxed);
  return out;
}

}  // namespace handoff::plugin_host
