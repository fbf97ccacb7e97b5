package main

import "errors"

type pullCmd struct{}

func (pullCmd) Run() error { return errors.New("pull is being written") }
