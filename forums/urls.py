from django.urls import path

from forums.views import drafts, files, flags, levels, moderation, posts, reflecting, search, settings, threads, voices

app_name = "forums"
urlpatterns = [
    path("c/<slug:cohort>/forum/", threads.forum, name="forum"),
    path("forum/thread/<int:thread>/", threads.thread_anywhere, name="thread-anywhere"),
    path("c/<slug:cohort>/forum/new/", threads.thread_new, name="thread-new"),
    path("c/<slug:cohort>/forum/<int:thread>/", threads.thread, name="thread"),
    path("c/<slug:cohort>/forum/<int:thread>/reply/", threads.thread_reply, name="reply"),
    path("c/<slug:cohort>/forum/people/", posts.forum_people, name="forum-people"),
    path("c/<slug:cohort>/forum/<int:thread>/people/", posts.thread_people, name="people"),
    path("c/<slug:cohort>/forum/post/<int:post>/edit/", posts.post_edit, name="post-edit"),
    path("c/<slug:cohort>/forum/post/<int:post>/earlier/", posts.post_earlier, name="post-earlier"),
    path("c/<slug:cohort>/forum/post/<int:post>/withdraw/", posts.post_withdraw, name="post-withdraw"),
    path("c/<slug:cohort>/forum/post/<int:post>/react/", posts.post_react, name="post-react"),
    path("c/<slug:cohort>/forum/draft/", drafts.draft, name="draft"),
    path("c/<slug:cohort>/forum/file/<uuid:file>/", files.file, name="file"),
    path("c/<slug:cohort>/forum/<int:thread>/form/", reflecting.thread_form, name="thread-form"),
    path("c/<slug:cohort>/forum/<int:thread>/my-share/", voices.my_share, name="my-share"),
    path("c/<slug:cohort>/forum/<int:thread>/level/", levels.thread_level, name="thread-level"),
    path("c/<slug:cohort>/forum/in/<int:forum>/level/", levels.forum_level, name="forum-level"),
    path("c/<slug:cohort>/forum/in/<int:forum>/settings/", settings.forum_settings, name="forum-settings"),
    path("c/<slug:cohort>/forum/search/", search.search, name="search"),
    path("c/<slug:cohort>/forum/voices/", voices.voices, name="voices"),
    path("c/<slug:cohort>/forum/voices.csv", voices.voices_table, name="voices-table"),
    # --- looking after the forum
    path("c/<slug:cohort>/forum/post/<int:post>/flag/", flags.moderation_flag, name="moderation-flag"),
    path("c/<slug:cohort>/forum/post/<int:post>/rework/", flags.moderation_rework, name="moderation-rework"),
    path("c/<slug:cohort>/forum/<int:forum>/log/", flags.moderation_log, name="moderation-log"),
    path("c/<slug:cohort>/forum/care/about-me/", flags.moderation_about_me, name="moderation-about-me"),
    path("c/<slug:cohort>/forum/care/act/<int:act>/", flags.moderation_act, name="moderation-act"),
    path("c/<slug:cohort>/forum/care/", moderation.moderation_queue, name="moderation-queue"),
    path("c/<slug:cohort>/forum/care/post/<int:post>/", moderation.moderation_post, name="moderation-post"),
    path("c/<slug:cohort>/forum/care/post/<int:post>/<slug:act>/", moderation.moderation_post_act, name="moderation-post-act"),
    path("c/<slug:cohort>/forum/care/thread/<int:thread>/", moderation.moderation_thread, name="moderation-thread"),
    path("c/<slug:cohort>/forum/care/thread/<int:thread>/<slug:act>/", moderation.moderation_thread_act, name="moderation-thread-act"),
    path("c/<slug:cohort>/forum/care/hold/<int:hold>/end/", moderation.moderation_hold_end, name="moderation-hold-end"),
]
