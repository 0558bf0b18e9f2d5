<!--# include virtual="/words/$vitrine_language.html" wait="yes" -->/**
 * What scripts say, in the language of the visitor: the web server puts the strings in, which stand in www/words/.
 * {name} is a parameter.
 */

export const strings = {
  // Upload: the files
  "batch.count": "<!--# echo var="batch_count" encoding="none" -->",
  "state.checking": "<!--# echo var="state_checking" encoding="none" -->",
  "state.queued": "<!--# echo var="state_queued" encoding="none" -->",
  "state.sending": "<!--# echo var="state_sending" encoding="none" -->",
  "state.sent": "<!--# echo var="state_sent" encoding="none" -->",
  "state.processing": "<!--# echo var="state_processing" encoding="none" -->",
  "state.paused": "<!--# echo var="state_paused" encoding="none" -->",
  "state.failed": "<!--# echo var="upload_refused" encoding="none" -->",
  "state.refused": "<!--# echo var="upload_refused" encoding="none" -->",
  "state.cancelled": "<!--# echo var="state_cancelled" encoding="none" -->",
  "state.done": "<!--# echo var="uploaded" encoding="none" -->",
  "announce.done": "<!--# echo var="announce_done" encoding="none" -->",

  // What is wrong with a file, and what to do
  "check.extension": "<!--# echo var="check_extension" encoding="none" -->",
  "check.type": "<!--# echo var="check_type" encoding="none" -->",
  "check.content": "<!--# echo var="check_content" encoding="none" -->",
  "check.empty": "<!--# echo var="check_empty" encoding="none" -->",
  "check.size": "<!--# echo var="check_size" encoding="none" -->",
  "check.unreadable": "<!--# echo var="check_unreadable" encoding="none" -->",

  // What the server, or the way to it, answered, by code
  "problem.malformed-request": "<!--# echo var="upload_problem_malformed_request" encoding="none" -->",
  "problem.token-required": "<!--# echo var="upload_problem_token_required" encoding="none" -->",
  "problem.too-large": "<!--# echo var="upload_problem_too_large" encoding="none" -->",
  "problem.unsupported-format": "<!--# echo var="upload_problem_unsupported_format" encoding="none" -->",
  "problem.invalid-image": "<!--# echo var="upload_problem_invalid_image" encoding="none" -->",
  "problem.too-many-requests": "<!--# echo var="upload_problem_too_many_requests" encoding="none" -->",
  "problem.overloaded": "<!--# echo var="upload_problem_overloaded" encoding="none" -->",
  "problem.bad-gateway": "<!--# echo var="upload_problem_bad_gateway" encoding="none" -->",
  "problem.gateway-timeout": "<!--# echo var="upload_problem_gateway_timeout" encoding="none" -->",
  "problem.blocked": "<!--# echo var="upload_problem_blocked" encoding="none" -->",
  "problem.storage-full": "<!--# echo var="upload_problem_storage_full" encoding="none" -->",
  "problem.unknown": "<!--# echo var="upload_problem_unknown" encoding="none" -->",
  "problem.unreadable": "<!--# echo var="upload_problem_unreadable" encoding="none" -->",
  "problem.connection": "<!--# echo var="upload_problem_connection" encoding="none" -->",

  // My uploads
  "delete.deleted": "<!--# echo var="delete_deleted" encoding="none" -->",
  "delete.gone": "<!--# echo var="delete_gone" encoding="none" -->",
  "delete.forbidden": "<!--# echo var="delete_forbidden" encoding="none" -->",
  "delete.failed": "<!--# echo var="delete_failed" encoding="none" -->",
};
