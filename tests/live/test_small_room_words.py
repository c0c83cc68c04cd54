"""What is said in a small room reaches nobody who is not in it: by no page, socket, record, search, file, kept words or notice."""

import uuid

from asgiref.sync import sync_to_async
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.actions.kept_words import keep_words, open_words
from live import actions
from live.models import Room
from lms.notifications.models import Notice
from lms.permissions import Part
from tests.factories import make_membership, make_user
from tests.live.factories import make_small_room
from tests.live.sockets import RoomCase, closed, events

CANARY = "canary-between-us"
OTHERS = [Part.TRAINEE, Part.INTERPRETER, Part.COORDINATOR, Part.AFTERCARE, Part.ALUMNUS]


class SmallRoomWordsTests(RoomCase):
    def setUp(self) -> None:
        super().setUp()
        self.small = make_small_room(main=self.room, people=[self.ana])
        cohort = self.room.seminar.cohort
        self.others = [self.ben, self.outsider, make_user(coordinates=True)]
        self.others += [make_membership(cohort=cohort, part=part).person for part in OTHERS]
        actions.say(actor=self.ana, room_id=self.small.pk, text=CANARY, client_id=uuid.uuid4())

    def test_pages_of_it_do_not_exist_for_others_and_no_page_of_theirs_has_its_words(self) -> None:
        for person in self.others:
            client = Client()
            client.force_login(person)
            self.assertEqual([client.get(address).status_code for address in self._its_pages()], [404] * 2)
            self.assertEqual([client.post(address, {"text": "x"}).status_code for address in self._its_acts()], [404] * 4)
            self.assertEqual([CANARY in client.get(address, follow=True).content.decode() for address in self._their_pages()], [False] * 4)

    def test_record_search_and_files_are_for_who_was_in_it(self) -> None:
        Room.objects.update(phase="closed", closed_at=timezone.now())
        place = [self.room.seminar.cohort.slug, self.room.seminar.pk]
        pages = [reverse("live:record", args=place), *(reverse("live:record-file", args=[*place, form]) for form in ("text", "html"))]
        for person in [*self.others, self.ana]:
            client = Client()
            client.force_login(person)
            mine = person == self.ana
            own = [CANARY in client.get(page, {"room": self.small.pk}).content.decode() for page in pages]
            main = [CANARY in client.get(page, {"q": "canary"}).content.decode() for page in pages]
            self.assertEqual((own, main), ([mine] * 3, [False] * 3))

    def test_kept_words_of_others_have_no_trace_of_it(self) -> None:
        for person in [self.ben, *self.others[2:]]:
            kept = keep_words(actor=person, source=f"room:{self.small.pk}:1", words="guessed", note="", client_id=uuid.uuid4())
            self.assertEqual(open_words(actor=person, kept=[kept])[0].source, "")

    def test_notices_of_a_flag_have_no_words_and_reach_no_other_member(self) -> None:
        trainer = make_membership(cohort=self.room.seminar.cohort, part=Part.TRAINER).person
        actions.flag_message(actor=trainer, room_id=self.small.pk, seq=1, reason="x")

        self.assertEqual(list(Notice.objects.values_list("person", "words", "who")), [(self.ana.pk, "", "")])

    async def test_sockets_of_the_main_room_hear_only_what_was_brought_back(self) -> None:
        ben = await self.join(self.ben)
        bring = sync_to_async(actions.bring_back)

        await bring(actor=self.ana, room_id=self.small.pk, client_id=uuid.uuid4(), text="For everybody")

        (heard,) = await events(ben, 1)
        self.assertEqual((heard["type"], heard["author"], "For everybody" in heard["html"]), ("words.brought", None, True))
        self.assertNotIn(CANARY, str(heard))
        self.assertNotIn(self.ana.display_name, str(heard))
        await self.rest()

    async def test_who_is_moved_to_another_room_is_out_within_a_second(self) -> None:
        trainer = (await sync_to_async(make_membership)(cohort=self.room.seminar.cohort, part=Part.TRAINER)).person
        other = await sync_to_async(make_small_room)(main=self.room, number=2)
        ana = await self.join(self.ana, room=self.small)

        await sync_to_async(actions.place_person)(actor=trainer, room_id=other.pk, person=self.ana.pk)

        self.assertEqual(await closed(ana, within=1.0), 4403)
        await self.rest()

    # --- inside

    def _its_pages(self) -> list[str]:
        return [reverse("live:room", args=[self.small.pk]), reverse("live:said", args=[self.small.pk, 1])]

    def _its_acts(self) -> list[str]:
        names = ["live:room-say", "live:room-bring-back", "live:lane-choose"]
        return [*(reverse(name, args=[self.small.pk]) for name in names), reverse("live:said-act", args=[self.small.pk, 1, "react"])]

    def _their_pages(self) -> list[str]:
        place = [self.room.seminar.cohort.slug, self.room.seminar.pk]
        names = ["live:room", "live:small-rooms"]
        return [
            reverse("live:lobby", args=place),
            reverse("live:record", args=place),
            *(reverse(name, args=[self.room.pk]) for name in names),
        ]
