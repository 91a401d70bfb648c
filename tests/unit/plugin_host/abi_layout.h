/* Every number of ABI 1.0. A line that fails here is a contract broken: what was built against 1.0 would read other bytes.
 * New fields, structs and values get lines of their own; no line is ever changed. C11 and C++20, any width of pointer. */

#include <handoff/abi.h>

#ifndef __cplusplus
#define static_assert _Static_assert
#endif

/* Behind `words` of 4 bytes and `pointers` of the machine's width: so without a hole. */
#define AT(type, field, words, pointers) \
  static_assert(offsetof(type, field) == (words) * 4u + (pointers) * sizeof(void*), #type "." #field)
#define LONG(type, words, pointers) static_assert(sizeof(type) == (words) * 4u + (pointers) * sizeof(void*), #type)
#define IS(name, value) static_assert((name) == (value), #name)

IS(HANDOFF_ABI_MAGIC, 0x464F4448u);
IS(HANDOFF_ABI_MAJOR, 1u);
IS(HANDOFF_NOTE_TYPE, 1u);
static_assert(sizeof(HANDOFF_ENTRY_SYMBOL) == sizeof("handoff_plugin_v1"), "HANDOFF_ENTRY_SYMBOL");
static_assert(sizeof(size_t) == sizeof(void*) && sizeof(void (*)(void)) == sizeof(void*), "a machine of one width");

AT(handoff_str, ptr, 0, 0);
AT(handoff_str, len, 0, 1);
LONG(handoff_str, 0, 2);

AT(handoff_pair, name, 0, 0);
AT(handoff_pair, value, 0, 2);
LONG(handoff_pair, 0, 4);

AT(handoff_http_request, struct_size, 0, 0);
AT(handoff_http_request, reserved, 1, 0);
AT(handoff_http_request, method, 2, 0);
AT(handoff_http_request, target, 2, 2);
AT(handoff_http_request, headers, 2, 4);
AT(handoff_http_request, n_headers, 2, 5);
AT(handoff_http_request, body, 2, 6);
LONG(handoff_http_request, 2, 8);

AT(handoff_file_request, struct_size, 0, 0);
AT(handoff_file_request, action, 1, 0);
AT(handoff_file_request, path, 2, 0);
AT(handoff_file_request, to, 2, 2);
AT(handoff_file_request, offset, 2, 4);
AT(handoff_file_request, length, 4, 4);
AT(handoff_file_request, content, 6, 4);
LONG(handoff_file_request, 6, 6);

AT(handoff_sleep_request, struct_size, 0, 0);
AT(handoff_sleep_request, reserved, 1, 0);
AT(handoff_sleep_request, milliseconds, 2, 0);
LONG(handoff_sleep_request, 4, 0);

AT(handoff_mac_check, struct_size, 0, 0);
AT(handoff_mac_check, algorithm, 1, 0);
AT(handoff_mac_check, encoding, 2, 0);
AT(handoff_mac_check, reserved, 3, 0);
AT(handoff_mac_check, secret, 4, 0);
AT(handoff_mac_check, message, 4, 2);
AT(handoff_mac_check, expected, 4, 4);
LONG(handoff_mac_check, 4, 6);

AT(handoff_mac_request, struct_size, 0, 0);
AT(handoff_mac_request, algorithm, 1, 0);
AT(handoff_mac_request, encoding, 2, 0);
AT(handoff_mac_request, reserved, 3, 0);
AT(handoff_mac_request, secret, 4, 0);
AT(handoff_mac_request, message, 4, 2);
LONG(handoff_mac_request, 4, 4);

AT(handoff_call, struct_size, 0, 0);
AT(handoff_call, kind, 1, 0);
AT(handoff_call, retry_class, 2, 0);
AT(handoff_call, reserved, 3, 0);
AT(handoff_call, label, 4, 0);
AT(handoff_call, request, 4, 2);
LONG(handoff_call, 4, 3);

AT(handoff_reply, struct_size, 0, 0);
AT(handoff_reply, kind, 1, 0);
AT(handoff_reply, status, 2, 0);
AT(handoff_reply, reserved, 3, 0);
AT(handoff_reply, label, 4, 0);
AT(handoff_reply, headers, 4, 2);
AT(handoff_reply, n_headers, 4, 3);
AT(handoff_reply, body, 4, 4);
LONG(handoff_reply, 4, 6);

AT(handoff_verdict, struct_size, 0, 0);
AT(handoff_verdict, kind, 1, 0);
AT(handoff_verdict, label, 2, 0);
AT(handoff_verdict, code, 2, 2);
AT(handoff_verdict, message, 2, 4);
AT(handoff_verdict, echoes_json, 2, 6);
AT(handoff_verdict, retry_after_ms, 2, 8);
LONG(handoff_verdict, 4, 8);

AT(handoff_sink, struct_size, 0, 0);
AT(handoff_sink, reserved, 1, 0);
AT(handoff_sink, host, 2, 0);
AT(handoff_sink, call, 2, 1);
AT(handoff_sink, verdict, 2, 2);
AT(handoff_sink, emit, 2, 3);
AT(handoff_sink, done, 2, 4);
AT(handoff_sink, more, 2, 5);
AT(handoff_sink, fail, 2, 6);
LONG(handoff_sink, 2, 7);

AT(handoff_call_id, struct_size, 0, 0);
AT(handoff_call_id, reserved, 1, 0);
AT(handoff_call_id, label, 2, 0);
AT(handoff_call_id, key, 2, 2);
AT(handoff_call_id, ref20, 2, 4);
LONG(handoff_call_id, 2, 6);

AT(handoff_args, struct_size, 0, 0);
AT(handoff_args, reserved, 1, 0);
AT(handoff_args, now_ms, 2, 0);
AT(handoff_args, input_json, 4, 0);
AT(handoff_args, payload, 4, 2);
AT(handoff_args, call_ids, 4, 4);
AT(handoff_args, n_call_ids, 4, 5);
LONG(handoff_args, 4, 6);

AT(handoff_settings, struct_size, 0, 0);
AT(handoff_settings, reserved, 1, 0);
AT(handoff_settings, json, 2, 0);
LONG(handoff_settings, 2, 2);

AT(handoff_operation, struct_size, 0, 0);
AT(handoff_operation, reserved, 1, 0);
AT(handoff_operation, id, 2, 0);
AT(handoff_operation, step, 2, 2);
LONG(handoff_operation, 2, 3);

AT(handoff_plugin, magic, 0, 0);
AT(handoff_plugin, struct_size, 1, 0);
AT(handoff_plugin, abi_major, 2, 0);
AT(handoff_plugin, abi_minor, 3, 0);
AT(handoff_plugin, abi_minor_needed, 4, 0);
AT(handoff_plugin, n_operations, 5, 0);
AT(handoff_plugin, operations, 6, 0);
AT(handoff_plugin, create, 6, 1);
AT(handoff_plugin, destroy, 6, 2);
LONG(handoff_plugin, 6, 3);

IS(HANDOFF_CALL_HTTP, 1);
IS(HANDOFF_CALL_MAC_CHECK, 2);
IS(HANDOFF_CALL_FILE, 3);
IS(HANDOFF_CALL_SLEEP, 4);
IS(HANDOFF_CALL_MAC, 5);
IS(HANDOFF_RETRY_SAFE, 1);
IS(HANDOFF_RETRY_IDEMPOTENT, 2);
IS(HANDOFF_RETRY_REVERSE, 3);
IS(HANDOFF_RETRY_UNSAFE, 4);
IS(HANDOFF_FILE_LIST, 1);
IS(HANDOFF_FILE_READ, 2);
IS(HANDOFF_FILE_CLAIM, 3);
IS(HANDOFF_FILE_WRITE, 4);
IS(HANDOFF_FILE_MOVE, 5);
IS(HANDOFF_MAC_HMAC_SHA256, 1);
IS(HANDOFF_MAC_HMAC_SHA1, 2);
IS(HANDOFF_ENCODING_HEX, 1);
IS(HANDOFF_ENCODING_BASE64, 2);
IS(HANDOFF_REPLY_HTTP, 1);
IS(HANDOFF_REPLY_ADOPTED, 2);
IS(HANDOFF_REPLY_CHECKED, 3);
IS(HANDOFF_VERDICT_UNKNOWN, 0);
IS(HANDOFF_VERDICT_APPLIED, 1);
IS(HANDOFF_VERDICT_ACCEPTED, 2);
IS(HANDOFF_VERDICT_REJECTED, 3);
IS(HANDOFF_VERDICT_REFUSED, 4);
IS(HANDOFF_FAIL_RETRYABLE, 1);
IS(HANDOFF_FAIL_RATE_LIMITED, 2);
IS(HANDOFF_FAIL_AUTH, 3);
IS(HANDOFF_FAIL_REJECTED, 4);
IS(HANDOFF_FAIL_NOT_FOUND, 5);
IS(HANDOFF_FAIL_UNSUPPORTED, 6);
IS(HANDOFF_FAIL_CONFIG, 7);
IS(HANDOFF_FAIL_UNREADABLE, 8);
IS(HANDOFF_FAIL_CURSOR_EXPIRED, 9);
IS(HANDOFF_FAIL_FORGED, 10);
IS(HANDOFF_FAIL_BUG, 11);
