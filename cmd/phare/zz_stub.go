package main

type rankCmd struct{}
type reportCmd struct{}
