#!/bin/sh
# A plan for belie run --replay, on three nodes: each is alone for 14 s, with 8 s before it, so that the
# primary is cut off, too, whichever that is.
for k in 1 2 3; do
    others=$(for n in 1 2 3; do [ $n = $k ] || printf '"n%d" #{"n%d"} ' $n $k; done)
    mine=$(for n in 1 2 3; do [ $n = $k ] || printf '"n%d" ' $n; done)
    at=$((22 * k - 14)) end=$((22 * k))
    for half in 0 1; do
        echo "{:index $((4 * k - 4 + half)), :time ${at}00000000$half, :type :info," \
            ":process :nemesis, :f :start-partition, :value [:isolated {\"n$k\" #{$mine} $others}]}"
    done
    for half in 0 1; do
        echo "{:index $((4 * k - 2 + half)), :time ${end}00000000$half, :type :info," \
            ":process :nemesis, :f :stop-partition, :value nil}"
    done
done
