/// Which request of nginx's a task answers, so that the log can say what was asked of the engine for it.
enum CurrentRequest {
  /// nginx's id of it; nil where a task is for none, such as a chore.
  @TaskLocal static var id: String?
}
