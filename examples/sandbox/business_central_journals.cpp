// Business Central: journals, their lines, and posting. Posting takes every line of the journal, whoever wrote it.

#include <algorithm>

#include "business_central.hpp"

namespace sandbox {

using business_central::error;

Response BusinessCentral::create_journal(State& state, const Json& body) {
  constexpr std::size_t kCodeCharactersMax = 10;
  const std::string code(body["code"].text());
  if (code.empty())
    return error(400, "Application_FieldValidationException", "Name must have a value in Gen. Journal Batch.");
  if (code.size() > kCodeCharactersMax) {
    return error(400, "Application_StringExceededLength",
                 "The length of the string is " + std::to_string(code.size()) +
                     ", but it must be less than or equal to 10 characters. Value: " + code);
  }
  for (const auto& [id, journal] : state.journals) {
    if (journal.code == code)
      return error(400, "Internal_EntityWithSameKeyExists",
                   "The record in table Gen. Journal Batch already exists. Name='" + code + "'");
  }
  State::Journal journal{state.ids.uuid(), code, std::string(body["displayName"].text()), clock_.now_ms(), {}};
  const Json json = business_central::journal_json(journal);
  state.journals[journal.id] = std::move(journal);
  return Response::json(201, json);
}

Response BusinessCentral::add_line(State& state, State::Journal& journal, const Json& body) {
  State::Line line;
  line.posting_date = iso_from_ms(clock_.now_ms()).substr(0, 10);
  if (auto refusal = business_central::read_line(body, line)) return std::move(*refusal);
  line.id = state.ids.uuid();
  line.number = journal.lines.empty() ? 10'000 : journal.lines.back().number + 10'000;
  line.modified_ms = clock_.now_ms();
  journal.lines.push_back(std::move(line));
  return Response::json(201, business_central::line_json(journal, journal.lines.back()));
}

Response BusinessCentral::delete_line(const Request& request, State::Journal& journal, std::string_view id) {
  const auto found = std::ranges::find(journal.lines, id, &State::Line::id);
  if (found == journal.lines.end()) return error(404, "Internal_RecordNotFound", "The journal line does not exist.");
  const std::string_view match = request.header("if-match");
  if (match.empty()) return error(400, "BadRequest", "The If-Match header is required.");
  if (match != "*" && match != business_central::line_json(journal, *found)["@odata.etag"].text())
    return error(409, "Request_EntityChanged", "Another user has already changed the record.");
  journal.lines.erase(found);
  return Response::empty(204);
}

Response BusinessCentral::post_journal(State& state, State::Journal& journal) {
  if (auto refusal = business_central::posting_refusal(journal)) return std::move(*refusal);
  for (const State::Line& line : journal.lines) post_line(state, line);
  journal.lines.clear();
  journal.modified_ms = clock_.now_ms();
  return Response::empty(204);
}

void BusinessCentral::post_line(State& state, const State::Line& line) {
  const auto post = [&](const std::string& account, std::int64_t amount) {
    const std::size_t index = state.entries.size();
    state.entries.push_back({state.ids.uuid(), line.posting_date, line.document, line.external_document, account,
                             line.description, static_cast<std::int64_t>(index) + 1, amount, clock_.now_ms()});
    state.entry_by_document.emplace(line.document, index);
  };
  post(line.account, line.amount);
  if (!line.balancing_account.empty()) post(line.balancing_account, -line.amount);
}

}  // namespace sandbox
