// The routes of the forum.
#pragma once

#include "services/forum/model.hpp"
#include "services/forum/wire.hpp"
#include "services/identity/client.hpp"
#include "shared/app/service.hpp"
#include "shared/http/router.hpp"

namespace cp::forum {

class ForumApi {
 public:
  explicit ForumApi(app::Context& context);

 private:
  template <class T>
  using Answer = Task<Result<http::Answer<T>>>;
  template <class T>
  using PageAnswer = Answer<http::Page<T>>;

  Answer<BoardView> board(http::Request& request, http::NoParams);
  PageAnswer<ThreadView> threads(http::Request& request, ThreadsQuery query);
  Answer<ThreadView> start_thread(http::Request& request, http::NoParams, NewThread body);
  Answer<ThreadView> thread(http::Request& request, ThreadPath path);
  PageAnswer<PostView> posts(http::Request& request, PostsQuery query);
  Answer<PostView> reply(http::Request& request, ThreadPath path, NewPost body);
  Answer<ReportReceipt> report(http::Request& request, PostPath path, NewReport body);
  PageAnswer<ReportView> reports(http::Request& request, ReportsQuery query);
  Answer<PostView> hide(http::Request& request, PostPath path, Hiding body);

  /// The name that stands beside what this account writes.
  Task<Result<Author>> author(http::Principal who);
  Task<bool> may_listen(http::Principal who, std::string board);

  app::Context& context_;
  identity::Client identity_;
};

}  // namespace cp::forum
