;; Finds the places where one of a few short keys may begin in a long run of bytes, sixteen at a time, as nothing else in JavaScript compares
;; more than one byte at once. The build assembles this file; byte-search.ts starts it and fills its memory:
;;
;;     0 …  95   tables of the letters 0, 2 and 3 of all keys: for each letter 16 bytes by its low nibble, then 16 by its high nibble
;;    96 … 159   tables of the two screened letters in the same order; the last one is not used
;;   256 …       the bytes that are searched
;;
;; A table has one bit for each group of keys. It is set at a nibble if a letter of that group has this nibble, so where all tables agree
;; on a bit, a key of that group may begin. Three letters of each key count, but most bytes are only screened: by two letters, of which the
;; second one counts by its low nibble only. Places are counted from the first byte that is searched; `offset=256` in each load leads there.

(module
  (import "search" "memory" (memory 1))

  ;; The first place from `from` on where a key may begin; `until` if there is none before it. Four vectors are screened in one round,
  ;; and searched exactly if anything passes.
  (func (export "find") (param $from i32) (param $until i32) (result i32)
    (local $at i32) (local $end i32) (local $start i32) (local $bound i32) (local $found i32)
    (local $first_low v128) (local $first_high v128) (local $third_low v128) (local $nibble v128)
    (local $now v128) (local $low v128) (local $passed v128)
    ;; What the tables of the first letter gave for each vector of this round, and for the last one of the round before.
    (local $first0 v128) (local $first1 v128) (local $first2 v128) (local $first3 v128) (local $before v128)
    (local.set $first_low (v128.load (i32.const 96)))
    (local.set $first_high (v128.load (i32.const 112)))
    (local.set $third_low (v128.load (i32.const 128)))
    (local.set $nibble (i8x16.splat (i32.const 0x0f)))
    (local.set $at (local.get $from))
    ;; A key that begins in the last three bytes shows at its third or fourth letter, which may follow `until`.
    (local.set $end (i32.add (local.get $until) (i32.const 3)))
    (block $none
      (br_if $none (i32.ge_u (local.get $at) (local.get $end)))
      (loop $round
        (local.set $now (v128.load offset=256 (local.get $at)))
        (local.set $low (v128.and (local.get $now) (local.get $nibble)))
        (local.set $first0
          (v128.and
            (i8x16.swizzle (local.get $first_high)
              (v128.and (i16x8.shr_u (local.get $now) (i32.const 4)) (local.get $nibble)))
            (i8x16.swizzle (local.get $first_low) (local.get $low))))
        (local.set $passed
          (v128.and
            (i8x16.shuffle 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 (local.get $before) (local.get $first0))
            (i8x16.swizzle (local.get $third_low) (local.get $low))))

        (local.set $now (v128.load offset=272 (local.get $at)))
        (local.set $low (v128.and (local.get $now) (local.get $nibble)))
        (local.set $first1
          (v128.and
            (i8x16.swizzle (local.get $first_high)
              (v128.and (i16x8.shr_u (local.get $now) (i32.const 4)) (local.get $nibble)))
            (i8x16.swizzle (local.get $first_low) (local.get $low))))
        (local.set $passed
          (v128.or (local.get $passed)
            (v128.and
              (i8x16.shuffle 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 (local.get $first0) (local.get $first1))
              (i8x16.swizzle (local.get $third_low) (local.get $low)))))

        (local.set $now (v128.load offset=288 (local.get $at)))
        (local.set $low (v128.and (local.get $now) (local.get $nibble)))
        (local.set $first2
          (v128.and
            (i8x16.swizzle (local.get $first_high)
              (v128.and (i16x8.shr_u (local.get $now) (i32.const 4)) (local.get $nibble)))
            (i8x16.swizzle (local.get $first_low) (local.get $low))))
        (local.set $passed
          (v128.or (local.get $passed)
            (v128.and
              (i8x16.shuffle 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 (local.get $first1) (local.get $first2))
              (i8x16.swizzle (local.get $third_low) (local.get $low)))))

        (local.set $now (v128.load offset=304 (local.get $at)))
        (local.set $low (v128.and (local.get $now) (local.get $nibble)))
        (local.set $first3
          (v128.and
            (i8x16.swizzle (local.get $first_high)
              (v128.and (i16x8.shr_u (local.get $now) (i32.const 4)) (local.get $nibble)))
            (i8x16.swizzle (local.get $first_low) (local.get $low))))
        (local.set $passed
          (v128.or (local.get $passed)
            (v128.and
              (i8x16.shuffle 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 (local.get $first2) (local.get $first3))
              (i8x16.swizzle (local.get $third_low) (local.get $low)))))

        (if (v128.any_true (local.get $passed))
          (then
            ;; From max(from, at - 3), as a key that begins up to three bytes before these vectors shows in them, to min(at + 64, until).
            (local.set $start (i32.sub (local.get $at) (i32.const 3)))
            (local.set $start
              (select (local.get $start) (local.get $from) (i32.ge_s (local.get $start) (local.get $from))))
            (local.set $bound (i32.add (local.get $at) (i32.const 64)))
            (local.set $bound
              (select (local.get $bound) (local.get $until) (i32.lt_u (local.get $bound) (local.get $until))))
            (local.set $found (call $find_exactly (local.get $start) (local.get $bound)))
            (if (i32.lt_u (local.get $found) (local.get $bound)) (then (return (local.get $found))))))
        (local.set $before (local.get $first3))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br_if $round (i32.lt_u (local.get $at) (local.get $end)))))
    (local.get $until))

  ;; As `find`, one vector in a round, by all three letters.
  (func $find_exactly (param $at i32) (param $until i32) (result i32)
    (local $end i32) (local $found i32)
    (local $low0 v128) (local $high0 v128) (local $low2 v128) (local $high2 v128) (local $low3 v128) (local $high3 v128)
    (local $nibble v128) (local $now v128) (local $low v128) (local $high v128) (local $matches v128)
    ;; What the tables of the letters 0 and 2 gave for this vector, and for the one before it.
    (local $letter0 v128) (local $letter2 v128) (local $before0 v128) (local $before2 v128)
    (local.set $low0 (v128.load (i32.const 0)))
    (local.set $high0 (v128.load (i32.const 16)))
    (local.set $low2 (v128.load (i32.const 32)))
    (local.set $high2 (v128.load (i32.const 48)))
    (local.set $low3 (v128.load (i32.const 64)))
    (local.set $high3 (v128.load (i32.const 80)))
    (local.set $nibble (i8x16.splat (i32.const 0x0f)))
    (local.set $end (i32.add (local.get $until) (i32.const 3)))
    (block $none
      (br_if $none (i32.ge_u (local.get $at) (local.get $end)))
      (loop $round
        (local.set $now (v128.load offset=256 (local.get $at)))
        (local.set $high (v128.and (i16x8.shr_u (local.get $now) (i32.const 4)) (local.get $nibble)))
        (local.set $low (v128.and (local.get $now) (local.get $nibble)))
        (local.set $letter0
          (v128.and
            (i8x16.swizzle (local.get $low0) (local.get $low))
            (i8x16.swizzle (local.get $high0) (local.get $high))))
        (local.set $letter2
          (v128.and
            (i8x16.swizzle (local.get $low2) (local.get $low))
            (i8x16.swizzle (local.get $high2) (local.get $high))))
        ;; Each lane is the place of the letter 3: the letter 0 lies three lanes before it, the letter 2 one lane.
        (local.set $matches
          (v128.and
            (v128.and
              (i8x16.shuffle 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 (local.get $before0) (local.get $letter0))
              (i8x16.shuffle 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 (local.get $before2) (local.get $letter2)))
            (v128.and
              (i8x16.swizzle (local.get $low3) (local.get $low))
              (i8x16.swizzle (local.get $high3) (local.get $high)))))
        (if (v128.any_true (local.get $matches))
          (then
            (local.set $found
              (i32.add
                (i32.sub (local.get $at) (i32.const 3))
                (i32.ctz (i8x16.bitmask (i8x16.ne (local.get $matches) (v128.const i64x2 0 0))))))
            (return
              (select (local.get $found) (local.get $until) (i32.lt_u (local.get $found) (local.get $until))))))
        (local.set $before0 (local.get $letter0))
        (local.set $before2 (local.get $letter2))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $round (i32.lt_u (local.get $at) (local.get $end)))))
    (local.get $until))

  ;; How often `byte` occurs from `at` to before `until`.
  (func (export "count") (param $at i32) (param $until i32) (param $byte i32) (result i32)
    (local $sum i32) (local $rounds i32) (local $sought v128) (local $lanes v128)
    (local.set $sought (i8x16.splat (local.get $byte)))
    ;; Four vectors in a round. Each lane counts for itself, for as many rounds as eight bits can hold.
    (block $short
      (loop $batch
        (br_if $short (i32.lt_u (local.get $until) (i32.add (local.get $at) (i32.const 64))))
        (local.set $lanes (v128.const i64x2 0 0))
        (local.set $rounds (i32.const 63))
        (block $counted
          (loop $round
            (br_if $counted (i32.lt_u (local.get $until) (i32.add (local.get $at) (i32.const 64))))
            ;; A match is -1 in its lane.
            (local.set $lanes
              (i8x16.sub (local.get $lanes) (i8x16.eq (v128.load offset=256 (local.get $at)) (local.get $sought))))
            (local.set $lanes
              (i8x16.sub (local.get $lanes) (i8x16.eq (v128.load offset=272 (local.get $at)) (local.get $sought))))
            (local.set $lanes
              (i8x16.sub (local.get $lanes) (i8x16.eq (v128.load offset=288 (local.get $at)) (local.get $sought))))
            (local.set $lanes
              (i8x16.sub (local.get $lanes) (i8x16.eq (v128.load offset=304 (local.get $at)) (local.get $sought))))
            (local.set $at (i32.add (local.get $at) (i32.const 64)))
            (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
            (br_if $round (local.get $rounds))))
        ;; Sixteen lanes become four.
        (local.set $lanes (i32x4.extadd_pairwise_i16x8_u (i16x8.extadd_pairwise_i8x16_u (local.get $lanes))))
        (local.set $sum (i32.add (local.get $sum) (i32x4.extract_lane 0 (local.get $lanes))))
        (local.set $sum (i32.add (local.get $sum) (i32x4.extract_lane 1 (local.get $lanes))))
        (local.set $sum (i32.add (local.get $sum) (i32x4.extract_lane 2 (local.get $lanes))))
        (local.set $sum (i32.add (local.get $sum) (i32x4.extract_lane 3 (local.get $lanes))))
        (br $batch)))
    (block $last
      (loop $vector
        (br_if $last (i32.lt_u (local.get $until) (i32.add (local.get $at) (i32.const 16))))
        (local.set $sum
          (i32.add (local.get $sum)
            (i32.popcnt
              (i8x16.bitmask (i8x16.eq (v128.load offset=256 (local.get $at)) (local.get $sought))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $vector)))
    ;; Of the last vector only the lanes before `until` count.
    (i32.add (local.get $sum)
      (i32.popcnt
        (i32.and
          (i8x16.bitmask (i8x16.eq (v128.load offset=256 (local.get $at)) (local.get $sought)))
          (i32.xor
            (i32.shl (i32.const -1) (i32.sub (local.get $until) (local.get $at)))
            (i32.const -1)))))))
